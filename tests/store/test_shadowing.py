"""A version in the shadow: what it says is stored apart, shown to nobody, and compared."""

import dataclasses
import logging
import threading

import pytest
import sqlalchemy as sa

from classifier.errors import BusyError, ModelError
from classifier.model import Model
from classifier.store.dropping import drop_pages
from classifier.store.judging import judge_stale
from classifier.store.keeping_up import keeping_up
from classifier.store.learning_schema import shadow_verdicts
from classifier.store.queue import add_pages, get_page
from classifier.store.shadowing import Shadowing, count_in_shadow, judge_numbered_in_shadow, stored_flips
from tests.store.conftest import NOW, PAGE, all_rows

OTHER = "20300101T000000Z-00000000"


@pytest.fixture(scope="module")
def laxer(model):
    """The same model under another name, which calls all but boilerplate filler."""
    always = {
        name: dataclasses.replace(getattr(model.card, name), filler=0.0) for name in ("thresholds", "page_thresholds")
    }
    changed = Model.__new__(Model)
    changed.__dict__ |= {**model.__dict__, "card": dataclasses.replace(model.card, version=OTHER, **always)}
    return changed


def test_every_page_is_judged_once_and_what_moderators_see_stays_as_it_was(database, model, laxer):
    judge_stale(database, model)
    before = get_page(database, 1)
    assert Shadowing(database).judge(laxer) == 2
    assert Shadowing(database).judge(laxer) == 0
    assert get_page(database, 1) == before
    assert count_in_shadow(database, OTHER) == 2
    assert len(all_rows(database, shadow_verdicts)) == 4


def test_pages_that_come_later_are_judged_and_another_version_takes_the_place(database, model, laxer):
    Shadowing(database).judge(laxer)
    add_pages(database, [dataclasses.replace(PAGE, address="later")], added_at=NOW)
    assert Shadowing(database).judge(laxer) == 1
    assert Shadowing(database).judge(model) == 3
    assert {row.model for row in all_rows(database, shadow_verdicts)} == {model.card.version}


def test_pages_that_were_passed_are_not_looked_through_again_but_now_and_then_they_are(database, laxer):
    way = Shadowing(database, looks=2)
    assert [way.judge(laxer, limit=1) for _ in range(3)] == [1, 1, 0]
    drop_pages(database, [2])
    with database.writing() as connection:  # as if the first page had been dropped and its number given to another
        connection.execute(sa.delete(shadow_verdicts))
    assert [way.judge(laxer) for _ in range(3)] == [0, 1, 0]
    add_pages(
        database, [dataclasses.replace(PAGE, address="later"), dataclasses.replace(PAGE, address="last")], added_at=NOW
    )
    assert way.judge(laxer) == 2


def test_flips_are_read_from_what_is_stored(database, model, laxer):
    judge_stale(database, model)
    Shadowing(database).judge(laxer)
    found = stored_flips(database, model.card.version, OTHER)
    stored, flips = (
        get_page(database, 1).stored,
        {flip.position: flip for flip in found.flips if flip.address == PAGE.address},
    )
    assert (found.pages, found.blocks) == (2, 4)
    assert flips.keys() == {n for n, verdict in stored.items() if verdict.label == "news"}
    for position, flip in flips.items():
        assert (flip.before, flip.after, flip.site) == ("news", "filler", "paper.example")
        assert flip.score_before == pytest.approx(stored[position].score)
        assert flip.text == PAGE.blocks[position].text
    assert stored_flips(database, OTHER, model.card.version).pages == 0


def test_a_dropped_page_takes_its_shadow_along(database, laxer):
    Shadowing(database).judge(laxer)
    drop_pages(database, [1])
    assert {row.page_id for row in all_rows(database, shadow_verdicts)} == {2}


def test_a_page_that_is_gone_is_left(database, laxer):
    judge_numbered_in_shadow(database, laxer, [1, 99])
    assert {row.page_id for row in all_rows(database, shadow_verdicts)} == {1}


def test_the_desk_judges_in_the_shadow_by_itself_after_the_current_version(database, model, laxer):
    done = threading.Event()

    def shadowed():
        if count_in_shadow(database, OTHER) == 2:
            done.set()
        return laxer

    with keeping_up(database, lambda: model, shadowed):
        assert done.wait(60)
    assert get_page(database, 1).model == model.card.version


def test_what_cannot_be_judged_now_is_tried_again_and_nobody_is_told(database, model, laxer, caplog):
    ended, currents, shadows = threading.Event(), iter([ModelError("no version is current")]), iter([laxer])

    def current():
        for error in currents:
            raise error
        return model

    def shadowed():
        for first in shadows:
            return first
        ended.set()
        raise BusyError("newsieve.db: another process writes; try again")

    with keeping_up(database, current, shadowed):
        assert ended.wait(60)
    assert get_page(database, 1).model == model.card.version
    assert (count_in_shadow(database, OTHER), caplog.records) == (2, [])


def test_a_shadow_that_cannot_judge_is_logged_once_and_disturbs_nothing(database, model, caplog):
    asked = threading.Semaphore(0)

    def shadowed():
        asked.release()
        raise ModelError("20300101T000000Z-00000000: no such model version")

    with caplog.at_level(logging.WARNING), keeping_up(database, lambda: model, shadowed):
        assert asked.acquire(timeout=60)
        assert asked.acquire(timeout=60)
    assert [record.message for record in caplog.records] == [
        "nothing is judged in the shadow: 20300101T000000Z-00000000: no such model version"
    ]
    assert get_page(database, 1).model == model.card.version
