"""Places read as editors and terminals link them, and sort as a reader meets them."""

from __future__ import annotations

from ringfence.domain.place import Place


def test_a_place_as_text() -> None:
    assert str(Place("models/a.yml", 3, 7, 3, 12)) == "models/a.yml:3:7"
    assert str(Place("a.yml")) == "a.yml:1:1"


def test_places_sort_by_file_line_and_column() -> None:
    places = [Place("b", 1, 1), Place("a", 10, 1), Place("a", 2, 9), Place("a", 2, 1)]
    assert sorted(places) == places[::-1]
