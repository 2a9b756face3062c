"""Passphrases: what is proposed, what is kept, what is refused and how that is said."""

from __future__ import annotations

import gzip
import math
import unicodedata

import pytest

from timebank.core import passphrases as p

# Words that could hurt, mark or frighten somebody here must never be proposed.
UNSUITABLE = """
    abuse acid addict alien angel army arrest bail bar bars beer bible bomb bond booze cage cancer cell chain church
    cocaine coke cop corpse court crime crook cuff dead death debt devil dope drug drunk escape fat fence fight fool
    gang gate ghetto god grass guard guilty gun hang hash hell high idiot inmate jail jesus joint judge kill knife
    lawyer lock loser mad meth monkey mosque murder needle noose parole pig pill pipe poison police poor prayer prison
    raid rat rape release riot robber rope screw sentence shoot shot sick sin slave snitch spice steal stupid syringe
    tag theft thief trial tunnel ugly victim visit ward warden weed whip wine wing yard
"""


def of_length(length: int) -> str:
    """Give a passphrase nobody would guess, of just that many characters."""
    words = "seventeen kind otters paint a long bridge while four old radios hum about plums and "
    numbers = "".join(f"{number * number + 7:x} {word} " for number, word in enumerate(words.split() * 9, start=11))
    return (words + numbers)[: length - 1] + "q"


FINE = {
    "three words": "otter bicycle lantern",
    "four words": "maple kettle sunny harbour",
    "an ordinary sentence": "my neighbour grows huge pumpkins",
    "quotes and signs": "\"it's\" <b>50%</b> \\ o'clock; --",
    "capitals and spaces": "  Green  Doors Open Slowly  ",
    "Arabic": "قهوة الصباح مع الجيران",
    "Chinese": "我的邻居每天早上都在花园里种西红柿",
    "Hindi": "मेरी साइकिल नीली और तेज़ है",
    "Cyrillic": "мой сосед выращивает тыквы",
    "emoji alone": "🌻🐝🚲🎨🌈🧩🍉🪁🥝🎹🐢🧦🦉🍋🛶",
    "one word and many emoji": "cat 🌻🐝🚲🎨🌈🧩🍉🪁🥝🎹🐢",
    "families and skin tones": "👩🏽‍🌾 grows 🍅 for 👨‍👩‍👧‍👦",
    "random digits": "830174629518306",
    "random punctuation": "(;^%#}!&?~$*@[/",
    "words that hold short runs": "understand the first defence",
    "something long said twice": "blue otters paint bridges blue otters paint bridges",
    "common words that are not one": "dragon kettle sunshine",
    "15 characters": of_length(15),
    "64 characters": of_length(64),
    "256 characters": of_length(256),
}

REFUSED = {
    "nothing": ("", p.ONLY_SPACES),
    "only spaces": (" " * 20, p.ONLY_SPACES),
    "only wide, no-break and unseen spaces": ("\u3000\u00a0\u200b" * 8, p.ONLY_SPACES),
    "14 characters": (of_length(14), p.TOO_SHORT),
    "14 characters and a space after them": (of_length(14) + "  ", p.TOO_SHORT),
    "14 letters whose accents are typed apart": ("e\u0301" * 2 + of_length(12), p.TOO_SHORT),
    "257 characters": (of_length(257), p.TOO_LONG),
    "enormous text": ("ab" * 500_000, p.TOO_LONG),
    "a NUL": ("otter bicycle\0lantern", p.HIDDEN),
    "a control character": ("otter bicycle\x1blantern", p.HIDDEN),
    "a line end": ("otter bicycle\nlantern", p.HIDDEN),
    "half a character": ("otter bicycle \ud83d lantern", p.HIDDEN),
    "one letter": ("aaaaaaaaaaaaaaa", p.REPEATED),
    "one emoji": ("😀" * 15, p.REPEATED),
    "a short block": ("abcabcabcabcabc", p.REPEATED),
    "a short block, cut off": ("zvorgzvorgzvorgzv", p.REPEATED),
    "a short block with signs between": ("zvorg-zvorg zvorg!", p.REPEATED),
    "a common password repeated": ("letmeinletmeinletmein", p.REPEATED),
    "counting": ("123456789012345", p.IN_A_ROW),
    "counting with spaces": ("1 2 3 4 5 6 7 8 9 0", p.IN_A_ROW),
    "counting each number twice": ("112233445566778899", p.IN_A_ROW),
    "counting down": ("98765432109876543", p.IN_A_ROW),
    "a keyboard run": ("qwertyuiopasdfgh", p.IN_A_ROW),
    "a keyboard run in capitals": ("QWERTYUIOPASDFGH", p.IN_A_ROW),
    "a keyboard run in wide letters": ("".join(chr(ord(key) + 0xFEE0) for key in "qwertyuiopasdfg"), p.IN_A_ROW),
    "keyboard columns": ("1qaz2wsx3edc4rfv", p.IN_A_ROW),
    "two runs taken in turn": ("1q2w3e4r5t6y7u8i", p.IN_A_ROW),
    "shifted numbers": ("!@#$%^&*()!@#$%", p.IN_A_ROW),
    "the alphabet": ("abcdefghijklmnop", p.IN_A_ROW),
    "a Cyrillic keyboard run": ("йцукенгшщзфывапр", p.IN_A_ROW),
    "runs and a few letters": ("aaaaaaaaaaaahey", p.IN_A_ROW),
    "a common password and digits": ("sunshine8240917", p.COMMON),
    "a common password among digits": ("19720413dragon8", p.COMMON),
    "a common password and signs": ("..!?**sunshine**?!..", p.COMMON),
    "a common password, spaced": ("s u n s h i n e 2 0 1 9", p.COMMON),
    "a common password numbered": ("Sunshine1 sunshine2", p.COMMON),
    "a common password with signs in it": ("P@ssw0rd7391846", p.COMMON),
    "a common password and emoji": ("sunshine🌻🌻🌻🌻🌻🌻🌻🌻", p.COMMON),
    "a famous phrase": ("correct horse battery staple", p.COMMON),
    "a famous phrase in other dress": ("Correct-Horse-Battery-Staple!1", p.COMMON),
    "a famous line": ("To be, or not to be: that is the question", p.COMMON),
    "a famous line in French": ("Liberté, égalité, fraternité", p.COMMON),
    "the name of the site": ("timebank 830174629", p.NAMED),
    "the name of the place": ("Bread Street Exchange", p.NAMED),
    "the place, padded": ("bread-street-exchange-2031", p.NAMED),
    "words of the place": ("street bread street", p.NAMED),
    "the person, numbered": ("Zephania1 zephania2!", p.NAMED),
    "the person and the place": ("zephania exchange", p.NAMED),
    "the person and a common word": ("zephania sunshine", p.NAMED),
    "a name in two signs": ("李明 830174629518306", p.NAMED),
}
CONTEXT = ("Bread Street Exchange", "Zephania", "李明", "", "J")


@pytest.mark.parametrize("text", FINE.values(), ids=FINE.keys())
def test_a_passphrase_nobody_would_guess_is_accepted(text: str) -> None:
    assert p.problem_with(text, context=CONTEXT) is None


@pytest.mark.parametrize(("text", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_passphrase_that_cannot_serve_is_refused_with_the_reason(text: str, sentence: str) -> None:
    assert p.problem_with(text, context=CONTEXT) == sentence


def test_a_name_is_refused_only_where_it_is_known() -> None:
    assert p.problem_with("zephania exchange") is None


def test_a_name_among_other_words_is_accepted() -> None:
    assert p.problem_with("zephania rides seven green bicycles", context=CONTEXT) is None


def test_lengths_said_are_the_lengths_kept() -> None:
    assert str(p.SHORTEST) in p.TOO_SHORT
    assert str(p.LONGEST) in p.TOO_LONG
    assert [len(of_length(length)) for length in (14, 15, 64, 256, 257)] == [14, 15, 64, 256, 257]


@pytest.mark.parametrize("text", ["Café à la crème brûlée", "tiếng Việt thật là hay", "한국어 비밀번호 문장"])
def test_accents_typed_whole_or_apart_give_the_same_passphrase(text: str) -> None:
    whole, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert whole != apart
    assert p.normalise(whole) == p.normalise(apart)
    assert p.problem_with(whole) == p.problem_with(apart)


def test_spaces_nobody_sees_make_no_difference() -> None:
    assert p.normalise(" otter\u00a0bicycle\u3000lantern ") == "otter bicycle lantern"


def test_letters_a_person_chose_stay_as_they_are() -> None:
    assert p.normalise("① ﬁne ½ wide  ELEPHANT") == "① ﬁne ½ wide  ELEPHANT"


@pytest.mark.parametrize("text", FINE.values(), ids=FINE.keys())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert p.normalise(p.normalise(text)) == p.normalise(text)


@pytest.mark.parametrize("words", [3, 4])
def test_what_is_proposed_is_always_accepted(words: int) -> None:
    proposals = {p.propose(words) for _ in range(250)}
    assert len(proposals) == 250
    for proposal in proposals:
        assert p.problem_with(proposal) is None
        assert len(proposal) >= p.SHORTEST
        assert len(proposal.split(" ")) == words
        assert p.normalise(proposal) == proposal


def test_fewer_than_three_words_are_never_proposed() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        p.propose(2)


def test_easy_words_are_many_short_plain_and_different() -> None:
    words = (p.DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    assert len(words) >= 2048
    assert 4 * math.log2(len(words)) >= 44
    assert words == sorted(set(words))
    assert [word for word in words if not (word.isascii() and word.islower() and 3 <= len(word) <= 7)] == []


def test_easy_words_hold_none_that_could_hurt() -> None:
    words = set((p.DATA / "words.txt").read_text(encoding="utf-8").split())
    assert words.intersection(UNSUITABLE.split()) == set()


def test_common_passphrases_are_a_hundred_thousand_folded_and_in_order() -> None:
    packed = (p.DATA / "common_passphrases.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert len(lines) >= 100_000
    assert lines == sorted(set(lines))
    assert [line for line in lines if p.folded(line) != line] == []
    assert len(packed) < 1_000_000
    assert p.is_common(lines[0])
    assert p.is_common(lines[-1])


def test_every_well_known_phrase_is_refused() -> None:
    phrases = (p.DATA / "long_phrases.txt").read_text(encoding="utf-8").splitlines()
    long = [phrase for phrase in phrases if len(phrase) >= p.SHORTEST]
    assert len(long) > 500
    assert [phrase for phrase in long if p.problem_with(phrase.title()) is None] == []
