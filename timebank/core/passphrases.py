"""Passphrases: proposed in easy words, the same however they are typed, refused when they are easy to guess."""

from __future__ import annotations

import gzip
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from timebank.core.words import N_

SHORTEST = 15
LONGEST = 256
FEWEST_WORDS = 3
FEWEST_PIECES = 8  # "qwertyuiop" or "99999" count as one piece, as a guesser tries them whole
FEWEST_SIGNS = 4  # so many different emoji are a secret of their own; fewer are decoration
SCRAPS = 3  # letters left beside a name that add next to nothing
OUR_NAMES = ("timebank", "time bank")
DATA = Path(__file__).with_name("data")

HIDDEN = N_("There is a hidden sign in this that we cannot keep: please type it again.")
ONLY_SPACES = N_("We only see empty space: please type three or four words.")
TOO_SHORT = N_("This is too short: please use at least 15 letters, such as three or four words.")
TOO_LONG = N_("This is too long: please use no more than 256 letters.")
REPEATED = N_("This says the same thing again and again: please use different words.")
IN_A_ROW = N_("These letters or numbers come in a row, so they are easy to guess: please use words instead.")
NAMED = N_("This is mostly a name that people know: please use other words.")
COMMON = N_("Many people use this one, so it is easy to guess: please use other words.")

_ROWS = (
    "01234567890123456789",
    "!@#$%^&*()_+",
    '!"£$%^&*()_+',
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertzuiopasdfghjklyxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "zaq12wsxcde34rfvbgt56yhnmju78ik,.lo90p;/",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
)
_RUNS = tuple(row[::way] for row in _ROWS for way in (1, -1))
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def propose(words: int = 4) -> str:
    """Propose random easy words with a space between them, always long enough and never refused.

    Each word is drawn evenly from more than 2,048, so it adds over 11 bits: four words give 44 bits of entropy, three
    give 33. Drawing again where a proposal is refused or too short takes less than a twentieth of a bit from that.
    Raises ValueError for fewer than three words.
    """
    if words < FEWEST_WORDS:
        raise ValueError(f"A proposal needs at least {FEWEST_WORDS} words, not {words}.")
    while True:
        proposal = " ".join(secrets.choice(_easy_words()) for _ in range(words))
        if problem_with(proposal) is None:
            return proposal


def one_word(number: int) -> str:
    """Give one of the easy words, chosen by a drawn number."""
    known = _easy_words()
    return known[number % len(known)]


def normalise(text: str) -> str:
    """Return the one form of a passphrase that is hashed, whichever keyboard it was typed on.

    Call it before hashing and before checking; doing it twice changes nothing.
    """
    # NFC, as RFC 8265 asks for secrets: phones differ in how they compose accents, which NFC evens out, while NFKC
    # would also make signs equal that a person chose as different ones. Every wide or no-break space becomes a
    # plain one for the same reason; spaces at the ends, which phones add unasked and nobody sees, are dropped.
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in composed).strip(" ")


def problem_with(text: str, *, context: Iterable[str] = ()) -> str | None:
    """Return one plain sentence on what is wrong with a passphrase, or None when it is fine.

    The context holds names others know: of the community, the site and the person.
    """
    if len(text) > 4 * LONGEST:  # before normalising: that may be slow on enormous text
        return TOO_LONG
    plain = normalise(text)
    return _problem_with_form(plain) or _problem_with_sense(folded(plain), (*OUR_NAMES, *context))


def folded(text: str) -> str:
    """Return the text as guessers see it: case, width and accents' encoding make no difference."""
    # Guesses are compared more loosely than secrets are kept, hence NFKC here and NFC above; the variation
    # selectors only choose between a coloured and a plain picture.
    bare = re.sub("[\ufe00-\ufe0f]", "", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", bare.casefold())


def squashed(text: str) -> str:
    """Return a folded text without its spaces and punctuation."""
    return "".join(sign for sign in text if _is_letter(sign) or sign.isnumeric())


def is_common(text: str) -> bool:
    """Tell whether a folded text is on the list of those many people use."""
    return b"\n" + text.encode() + b"\n" in _common()


def _problem_with_form(plain: str) -> str | None:
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in plain):
        return HIDDEN
    if not any(unicodedata.category(sign)[0] in "LNPSM" for sign in plain):
        return ONLY_SPACES
    if len(plain) < SHORTEST:
        return TOO_SHORT
    return TOO_LONG if len(plain) > LONGEST else None


def _problem_with_sense(text: str, names: Iterable[str]) -> str | None:
    tight = squashed(text)
    # Where most is punctuation or emoji, the few letters among it say little about the whole.
    forms = [text, tight] if 2 * len(tight) >= len(text) else [text]
    if any(len(_unit(form)) < SHORTEST and _unit(form) != form for form in forms):
        return REPEATED
    if any(_pieces(form.replace(" ", "")) < FEWEST_PIECES for form in forms):
        return IN_A_ROW
    if _pieces(text[::2]) + _pieces(text[1::2]) < FEWEST_PIECES:
        return IN_A_ROW
    signs = {sign for sign in text if unicodedata.category(sign) == "So"}
    padded = len(signs) < FEWEST_SIGNS
    if padded and _is_name(_letters(text), names):
        return NAMED
    return COMMON if any(map(is_common, _guesses(text, padded=padded))) else None


def _guesses(text: str, *, padded: bool) -> Iterator[str]:
    """Yield what a guesser would have tried to find this text."""
    forms = {text}
    if padded:
        # Digits and punctuation around, or between, add little to a word that everybody tries.
        forms |= {squashed(text), _EDGES.sub("", text), _letters(text)}
    for form in forms - {""}:
        yield form
        yield _unit(form)


def _is_name(letters: str, names: Iterable[str]) -> bool:
    """Tell whether letters hold nothing but names, scraps, and perhaps one common word."""
    known = {_letters(folded(part)) for name in names for part in (name, *name.split())}
    rest = letters
    for name in sorted(known, key=len, reverse=True):
        if len(name) > 1:  # taking out one letter everywhere would say nothing
            rest = rest.replace(name, "")
    return rest != letters and (len(rest) <= SCRAPS or is_common(_unit(rest)))


def _is_letter(sign: str) -> bool:
    # Marks count: they are the vowels of many scripts.
    return unicodedata.category(sign)[0] in "LM"


def _letters(text: str) -> str:
    return "".join(sign for sign in text if _is_letter(sign))


def _unit(text: str) -> str:
    """Return the shortest piece that gives the text when it is said again and again."""
    for size in range(1, len(text) // 2 + 1):
        if text[size:] == text[:-size]:
            return text[:size]
    return text


def _pieces(text: str) -> int:
    """Count the signs of a text, each run along a keyboard or an alphabet as a single one."""
    text = re.sub(r"(.)\1+", r"\1", text)
    start = count = 0
    while start < len(text):
        start += max(_run_length(text, start, row) for row in _RUNS)
        count += 1
    return count


def _run_length(text: str, start: int, row: str) -> int:
    end = start + 3  # two neighbours are in most words; three make a run
    if end > len(text) or text[start:end] not in row:
        return 1
    while end < len(text) and text[start : end + 1] in row:
        end += 1
    return end - start


@cache
def _easy_words() -> tuple[str, ...]:
    return tuple((DATA / "words.txt").read_text(encoding="utf-8").split())


@cache
def _common() -> bytes:
    # One block of bytes searched as it lies: a set of the same lines would hold ten times the memory.
    return b"\n" + gzip.decompress((DATA / "common_passphrases.txt.gz").read_bytes())
