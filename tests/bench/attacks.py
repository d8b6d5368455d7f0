"""What somebody may do to a text so that people still read it and a classifier does not.

Images of text are no attack that can be measured here: there is no text in them, and a page whose filler is a picture
is to a text classifier a page without filler.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

Change = Callable[[str, Random], Sequence[str]]
"""A block's text -> the texts of the blocks that take its place."""

_LOOKALIKES = str.maketrans("aceopxyijsABCEHIJKMOPSTXYv", "асеорхуіјѕАВСЕНІЈКМОРЅТХΥν")
_OTHER_SCRIPTS = str.maketrans("abcdefghijklmnoprstuvwyz", "ɑʙϲԁεғɡһɪʝκʟмηορгѕτυѵѡγᴢ")
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_WIDE = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}
_BOLD = {ord("a") + n: 0x1D41A + n for n in range(26)} | {ord("A") + n: 0x1D400 + n for n in range(26)}
_BOXED = {ord(letter) + n: 0x1F170 + n for letter in "aA" for n in range(26)}
_ACCENTED = str.maketrans("aeiouyncAEIOU", "áéíóúýñçÁÉÍÓÚ")
_STROKES = "\u0335\u0336\u0337\u0338\u0332\u0333\u0323\u0307\u030a"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u2061"
_WORDS = """
    council police hospital minister officials parliament court residents investigation statement election mayor
    firefighters prosecutors ministry budget spokesman ambulance evacuated arrested sentenced reported inquiry troops
    lawmakers ceasefire Tuesday Wednesday governor coalition strike union talks damage flooding hearing
"""
_SENTENCES = (
    "The council voted on Tuesday to close the road until the inquiry is over, officials said.",
    "Two people were taken to hospital after the fire, the police said in a statement.",
    "The ministry said talks with the union would go on next week.",
)


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to write a text otherwise, so that it can still be read."""

    name: str
    change: Change


def _each_word(change: Callable[[str, Random], str], *, share: float = 1.0, least: int = 1) -> Change:
    """Return the change of a share of the words that have so many characters or more."""

    def changed(text: str, dice: Random) -> Sequence[str]:
        words = text.split()
        return [" ".join(change(w, dice) if len(w) >= least and dice.random() < share else w for w in words)]

    return changed


def _letters(table: dict[int, int]) -> Change:
    return lambda text, _dice: [text.translate(table)]


def _typo(word: str, dice: Random) -> str:
    place = dice.randrange(1, len(word) - 2)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return dice.choice([swapped, word[:place] + word[place + 1 :], word[:place] + word[place] + word[place:]])


def _between(marks: str) -> Callable[[str, Random], str]:
    """Return the change that puts one of some characters between any two of a word."""
    return lambda word, dice: word[0] + "".join(dice.choice(marks) + letter for letter in word[1:])


def _after_letters(word: str, dice: Random) -> str:
    return "".join(letter + dice.choice(_STROKES) if letter.isalpha() else letter for letter in word)


def _any_case(word: str, dice: Random) -> str:
    return "".join(dice.choice([letter.lower(), letter.upper()]) for letter in word)


def _any_script(word: str, dice: Random) -> str:
    tables = ({}, _LOOKALIKES, _OTHER_SCRIPTS, _BOLD, _WIDE)
    return "".join(letter.translate(dice.choice(tables)) for letter in word)


def _backwards(text: str, _dice: Random) -> Sequence[str]:
    return ["\u202e" + text[::-1] + "\u202c"]


def _joined(every: int) -> Change:
    def changed(text: str, _dice: Random) -> Sequence[str]:
        words = [word[:1].upper() + word[1:] for word in text.split()]
        return [" ".join("".join(words[i : i + every]) for i in range(0, len(words), every))]

    return changed


def _stuffed(times: float) -> Change:
    def changed(text: str, dice: Random) -> Sequence[str]:
        return [" ".join([text, *dice.choices(_WORDS.split(), k=max(1, round(times * len(text.split()))))])]

    return changed


def _among_news(text: str, dice: Random) -> Sequence[str]:
    before, after = dice.sample(_SENTENCES, 2)
    return [f"{before} {text} {after}"]


def _quoted(text: str, dice: Random) -> Sequence[str]:
    who = dice.choice(["a spokeswoman for the council", "the minister", "a police spokesman", "residents"])
    return [f"“{text.rstrip('.')},” {who} said on {dice.choice(['Monday', 'Tuesday', 'Friday'])}."]


def _cut(text: str, _dice: Random) -> Sequence[str]:
    words = text.split()
    return [" ".join(words[i : i + 5]) for i in range(0, len(words), 5)] or [text]


ATTACKS = (
    Attack("typos in half of the words", _each_word(_typo, share=0.5, least=4)),
    Attack("typos in every word", _each_word(_typo, least=4)),
    Attack("letters that look alike", _letters(_LOOKALIKES)),
    Attack(
        "letters that look alike, in half of the words", _each_word(lambda w, _: w.translate(_LOOKALIKES), share=0.5)
    ),
    Attack("letters of many scripts", _each_word(_any_script)),
    Attack("zero-width characters", _each_word(_between(_ZERO_WIDTH))),
    Attack("soft hyphens", _each_word(_between("\u00ad"))),
    Attack("combining marks", _each_word(_after_letters)),
    Attack("combining marks in half of the words", _each_word(_after_letters, share=0.5)),
    Attack("accents", _letters(_ACCENTED)),
    Attack("full-width letters", _letters(_WIDE)),
    Attack("mathematical letters", _letters(_BOLD)),
    Attack("boxed letters", _letters(_BOXED)),
    Attack("capitals", lambda text, _dice: [text.upper()]),
    Attack("small letters", lambda text, _dice: [text.lower()]),
    Attack("capitals at random", _each_word(_any_case)),
    Attack("digits for letters", _letters(_LEET)),
    Attack("digits for letters, in half of the words", _each_word(lambda w, _: w.translate(_LEET), share=0.5)),
    Attack("full stops between letters", _each_word(_between("."), share=0.5, least=4)),
    Attack("letters spaced out", _each_word(_between(" "))),
    Attack("letters spaced out, in half of the words", _each_word(_between(" "), share=0.5, least=4)),
    Attack("no spaces", _joined(1_000)),
    Attack("every second space dropped", _joined(2)),
    Attack("written backwards, shown forwards", _backwards),
    Attack("half as many news words added", _stuffed(0.5)),
    Attack("as many news words added", _stuffed(1.0)),
    Attack("twice as many news words added", _stuffed(2.0)),
    Attack("followed by a sentence of news", lambda text, dice: [f"{text} {dice.choice(_SENTENCES)}"]),
    Attack("between two sentences of news", _among_news),
    Attack("wrapped in a news quote", _quoted),
    Attack("cut into blocks of five words", _cut),
)
