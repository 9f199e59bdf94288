import math

import pytest

from evals.scoring import bootstrap, contains, normalised, token_f1, token_overlap, token_recall


def test_normalisation_is_squads_with_small_numbers_as_digits() -> None:
    assert normalised("The  “Quick”, brown-fox: an answer!") == "quick brown fox answer"
    assert normalised("Twelve apples") == "12 apples"


def test_containment_is_of_whole_words() -> None:
    assert contains("You said: I went on 7 May 2023.", "7 May, 2023") == 1
    assert contains("You said: on 17 May 2023.", "7 May 2023") == 0
    assert contains("anything", "") == 0
    assert contains("anything", "The") == 0


def test_token_overlap() -> None:
    precision, recall, f1 = token_overlap("a red red car", "red car park")
    assert (precision, recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert f1 == pytest.approx(2 / 3)
    assert token_f1("red car", "Red car!") == 1
    assert token_recall("blue", "red") == 0
    assert token_f1("", "red") == 0


def test_the_bootstrap_is_seeded_and_holds_the_mean() -> None:
    values = [float(number % 3 == 0) for number in range(60)]
    groups = [str(number) for number in range(60)]
    found = bootstrap([values], groups, seed=1)
    assert found == bootstrap([values], groups, seed=1)
    assert found.value == pytest.approx(1 / 3)
    assert found.low < found.value < found.high


def test_whole_groups_are_resampled() -> None:
    values = [1.0] * 30 + [0.0] * 30
    one_each = bootstrap([values], [str(number) for number in range(60)], seed=0)
    two_groups = bootstrap([values], ["a"] * 30 + ["b"] * 30, seed=0)
    assert two_groups.high - two_groups.low > one_each.high - one_each.low
    assert (two_groups.low, two_groups.high) == (0, 1)


def test_columns_are_averaged_over_what_they_apply_to() -> None:
    answered, refused = [1.0, 0.0, math.nan], [math.nan, math.nan, 1.0]
    assert bootstrap([answered, refused], ["a", "b", "c"], seed=0).value == pytest.approx(0.75)


def test_a_difference_of_a_system_with_itself_is_nothing() -> None:
    assert bootstrap([[0.0] * 5], list("abcde"), seed=0).high == 0


def test_nothing_measured_is_no_number() -> None:
    assert math.isnan(bootstrap([[math.nan]], ["a"], seed=0).value)
