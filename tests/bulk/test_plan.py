"""What is to be done: every file in one part, whatever was asked for in the runs before."""

import dataclasses
import json

import pyarrow.parquet as pq
import pytest

from classifier.bulk.asked import find_files
from classifier.bulk.plan import plan_run
from classifier.bulk.work import label_shard


@pytest.fixture
def crawl(tmp_path):
    folder = tmp_path / "crawl"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.html").write_text(f"<p>Council votes on {name}")
    (folder / "rows.jsonl").write_text(json.dumps({"url": "https://a.example/1", "text": "One"}) + "\n")
    return folder


def run(order, *inputs):
    """Run as the command does, and return the plan."""
    plan = plan_run(find_files([str(given) for given in inputs]).files, order.folder, order.page_format)
    order.folder.clear_but([*plan.missing, *plan.done, *plan.others])
    for shard in plan.missing:
        assert label_shard(shard, order).pages
    return plan


def pages(order):
    """Return the pages of all parts, as whoever reads the folder finds them."""
    parts = sorted(order.folder.path.glob("*.parquet"))
    found = [name for part in parts for name in dict.fromkeys(pq.read_table(part)["page"].to_pylist())]
    return sorted(page.rpartition("/")[2] for page in found)


ALL = ["1", "a.html", "b.html", "c.html"]


def test_a_new_file_of_one_page_is_a_part_of_its_own_and_no_page_is_in_two(order, crawl):
    run(order, crawl)
    (crawl / "0.html").write_text("<p>Council votes on nothing")
    plan = run(order, crawl)
    assert [shard.addresses for shard in plan.missing] == [(str(crawl / "0.html"),)]
    assert len(plan.done) == 2
    assert pages(order) == ["0.html", *ALL]
    assert run(order, crawl).missing == []


def test_a_file_that_changes_has_its_part_made_again_in_its_place(order, crawl):
    before = run(order, crawl).missing
    (crawl / "b.html").write_text("<p>Council votes on something else")
    assert run(order, crawl).missing == [before[1]]
    assert pages(order) == ALL


def test_a_file_that_is_gone_is_left_out_of_a_part_with_others_and_counted(order, crawl):
    run(order, crawl)
    (crawl / "b.html").unlink()
    assert run(order, crawl).gone == 1
    assert pages(order) == ["1", "a.html", "c.html"]
    assert (run(order, crawl).missing, run(order, crawl).gone) == ([], 0)


def test_a_file_of_which_nothing_can_be_told_is_not_taken_for_gone(order, crawl):
    run(order, crawl)
    (crawl / "b.html").unlink()
    (crawl / "b.html").symlink_to(crawl / "b.html")  # an error, as of a share that does not answer
    plan = plan_run(find_files([str(crawl)]).files, order.folder, order.page_format)
    assert [[path.rpartition("/")[2] for path in shard.addresses] for shard in plan.missing] == [ALL[1:]]
    assert plan.gone == 0


def test_parts_of_files_that_are_not_asked_for_stay_and_are_told_of(order, crawl):
    run(order, crawl)
    (crawl / "rows.jsonl").unlink()
    plan = run(order, crawl)
    assert [shard.name.partition("-")[0] for shard in plan.others] == ["rows.jsonl"]
    assert pages(order) == ALL


def test_runs_that_ask_for_other_files_each_add_to_the_folder(order, crawl):
    for name in ("rows.jsonl", "b.html", "a.html", "c.html"):
        run(order, crawl / name)
    assert pages(order) == ALL
    plan = run(order, crawl)
    assert (plan.missing, len(plan.done), plan.others) == ([], 4, [])


def test_of_a_part_of_which_one_file_is_asked_for_the_others_stay_in_it(order, crawl):
    run(order, crawl)
    (crawl / "b.html").write_text("<p>Council votes on something else")
    assert len(run(order, crawl / "b.html").missing) == 1
    assert pages(order) == ALL


def test_another_format_of_the_input_is_a_reason_to_do_it_again(order, crawl):
    run(order, crawl / "a.html")
    plan = run(dataclasses.replace(order, page_format="text"), crawl / "a.html")
    assert len(plan.missing) == 1
    assert run(dataclasses.replace(order, page_format="text"), crawl / "a.html").missing == []
    assert pages(order) == ["a.html"]


def test_a_part_that_was_cut_is_made_again_and_one_that_nobody_asks_for_is_removed(order, crawl):
    rows, html = run(order, crawl).missing
    for shard in (rows, html):
        order.folder.part(shard).write_bytes(b"PAR1")
    plan = run(order, crawl / "a.html")
    assert (plan.missing, plan.others) == ([html], [])
    assert not order.folder.part(rows).exists()
    run(order, crawl)
    assert pages(order) == ALL
