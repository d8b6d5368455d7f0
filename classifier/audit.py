"""What people decided -> labels that are likely wrong, contradictions, and who disagrees too often."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from threadpoolctl import threadpool_limits

from classifier.blocks import LABELS, Example
from classifier.bursts import Burst, ShownAct, bursts
from classifier.consensus import Conflict, Statement, consensus, standing_on
from classifier.doubtful import Doubtful, doubtful, out_of_voice
from classifier.fitting import Analysed, analysed
from classifier.influence import Influence, influences
from classifier.signatures import alike_pairs
from classifier.suspicion import ALARM, Case, Comparison, compared, holm

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two texts that are nearly the same and labelled differently."""

    one: Example
    other: Example


@dataclass(frozen=True, slots=True)
class PersonAudit:
    """One person's decisions beside those of the others."""

    person: str
    texts: int  # that they labelled
    model: Comparison  # labels that are likely wrong
    people: Comparison  # texts that somebody else labels otherwise, of those that somebody else labels
    influence: Influence | None  # None where nothing of theirs is trained on

    @property
    def suspected(self) -> bool:
        """Whether they disagree with the model or with people more than chance explains."""
        return min(self.model.p, self.people.p) < ALARM


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found."""

    examples: int  # that it looked at, decisions and labelled files
    doubtful: tuple[Doubtful, ...]  # the surest first
    contradictions: tuple[Contradiction, ...]
    conflicts: tuple[Conflict, ...]  # texts that people label differently, the newest first
    people: tuple[PersonAudit, ...]  # who is suspected first
    bursts: tuple[Burst, ...]  # the least probable first


@dataclass(frozen=True, slots=True)
class Subject:
    """What is audited."""

    examples: tuple[Example, ...]  # that a version would be trained on, decided ones and others
    statements: tuple[Statement, ...]  # what people say now, as the decided examples were made of
    acts: tuple[ShownAct, ...]  # what they did beside the verdicts that they saw
    measured_on: dict[str, Sequence[Example]]  # blocks by the name of their set, for what a person's decisions flip


def audit(subject: Subject, *, files: bool, seed: int, progress: Progress) -> Audit:
    """Look for labels that are likely wrong and for people who disagree too often.

    Args:
        subject: what is looked at.
        files: whether labels of files are doubted as well, not only decisions.
        seed: of the folds and of the random draws.
        progress: told what is being done, the step (from 0) and the number of steps.

    Raises TrainingDataError when a label is missing or stands with too few voices.
    """
    examples = sorted(subject.examples, key=_place)
    names = sorted({one.person for one in subject.statements if one.ruling in LABELS})
    told = _Told(progress, 4 + len(names))
    with threadpool_limits(limits=1):
        told("looking for words and n-grams")
        data = analysed(examples)
        told("judging every block by a model that has not seen its voice")
        probabilities = out_of_voice(examples, data, seed=seed)
        found = doubtful(examples, probabilities)
        told("comparing people")
        looked = _influences(subject, examples, data=data, seed=seed, told=told)
    people = compare_people(subject.statements, examples, found)
    told("done")
    return Audit(
        examples=len(examples),
        doubtful=tuple(one for one in found if files or one.example.people),
        contradictions=tuple(_contradictions(examples, files=files)),
        conflicts=consensus(subject.statements).conflicts,
        people=tuple(replace(one, influence=looked.get(one.person)) for one in people),
        bursts=tuple(bursts(subject.acts)),
    )


def only(found: Audit, person: str) -> Audit:
    """Return what was found of one person."""
    return replace(
        found,
        doubtful=tuple(one for one in found.doubtful if person in one.example.people),
        contradictions=tuple(one for one in found.contradictions if person in (*one.one.people, *one.other.people)),
        conflicts=tuple(one for one in found.conflicts if person in {said.person for said in one.statements}),
        people=tuple(one for one in found.people if one.person == person),
        bursts=tuple(one for one in found.bursts if one.person == person),
    )


def compare_people(
    statements: Sequence[Statement], examples: Sequence[Example], found: Iterable[Doubtful]
) -> list[PersonAudit]:
    """Return how each person disagrees with the model and with other people, who is suspected first.

    Args:
        statements: what people say.
        examples: what they agree on, and others.
        found: the examples whose labels are likely wrong.
    """
    wrong = {one.example for one in found}
    model = compared(
        Case(person, example.site, example in wrong, example.weight)
        for example in examples
        for person in example.people
    )
    people = compared(_shared(statements))
    texts = Counter(one.person for one in statements if one.ruling in LABELS)
    nothing = Comparison(0, 0, 0, 0, 1, 1)
    pairs = [(model.get(name, nothing), people.get(name, nothing)) for name in texts]
    corrected = iter(holm([one.p for pair in pairs for one in pair]))
    tested = [
        PersonAudit(name, of, replace(one, p=next(corrected)), replace(other, p=next(corrected)), None)
        for (name, of), (one, other) in zip(texts.items(), pairs, strict=True)
    ]
    return sorted(tested, key=lambda one: (not one.suspected, min(one.model.p, one.people.p), one.person))


def _shared(statements: Sequence[Statement]) -> Iterator[Case]:
    """Yield what each person said of texts that others labelled too; one decision on a campaign is one case."""
    seen = set()
    for of_text in standing_on(statements):
        if len(of_text) < 2:
            continue
        for one in of_text:
            differs = any(other.ruling != one.ruling for other in of_text)
            key = (one.act, differs) if one.of_campaign else (one.act, one.fingerprint)
            if key not in seen:
                seen.add(key)
                yield Case(one.person, one.site, differs)


def _contradictions(examples: Sequence[Example], *, files: bool) -> Iterator[Contradiction]:
    for a, b in sorted(set(alike_pairs(example.text for example in examples))):
        one, other = examples[a], examples[b]
        if one.label != other.label and (files or one.people or other.people):
            yield Contradiction(one, other)


def _influences(
    subject: Subject, examples: Sequence[Example], *, data: Analysed, seed: int, told: "_Told"
) -> dict[str, Influence]:
    found = influences(examples, data, subject.measured_on, seed=seed, progress=told)
    return {one.person: one for one in found}


def _place(example: Example) -> tuple[str, int, str, str]:
    return example.page, -1 if example.position is None else example.position, example.text, example.label


class _Told:
    """Tells how far the work is, one step after the other."""

    def __init__(self, progress: Progress, steps: int) -> None:
        self._progress, self._steps, self._step = progress, steps, 0

    def __call__(self, what: str) -> None:
        """Tell what is begun."""
        self._progress(what, self._step, self._steps)
        self._step += 1
