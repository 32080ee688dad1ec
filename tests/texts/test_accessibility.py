"""The barriers in a text: what somebody who listens to it would miss."""

from docctl.texts.accessibility import Barrier, BarrierFound, barriers_in


def test_a_text_that_everybody_can_read_has_no_barriers() -> None:
    page = (
        "<h2>Purpose</h2><p>Text</p><h3>Scope</h3><img src='assets/a.png' alt='A crane lifts a load'>"
        "<table><thead><tr><th>Role</th></tr></thead><tbody><tr><td>Owner</td></tr></tbody></table><h2>End</h2>"
    )
    assert barriers_in(page) == ()


def test_a_picture_without_words_is_named_with_its_section() -> None:
    page = "<h2>Cranes</h2><img src='assets/image1.png' alt=''><img src='assets/b.png' alt='image2.PNG'>"
    assert barriers_in(page) == (
        BarrierFound(Barrier.PICTURE_WITHOUT_TEXT, "Cranes", "image1.png"),
        BarrierFound(Barrier.PICTURE_WITHOUT_TEXT, "Cranes", "b.png"),
    )


def test_signs_that_colour_alone_tells_apart_are_named_once_in_their_section() -> None:
    rows = "<tr><th>State</th></tr><tr><td>🟢</td></tr><tr><td>🔴</td></tr><tr><td>🟢</td></tr><tr><td>✅ ❌</td></tr>"
    assert barriers_in(f"<h2>Doors</h2><p>Status 🟢 ok</p><table>{rows}</table>") == tuple(
        BarrierFound(Barrier.COLOUR_ALONE, "Doors", shown) for shown in ("Status 🟢 ok", "🟢", "🔴")
    )


def test_a_heading_that_skips_a_level_is_named_once() -> None:
    found = barriers_in("<h2>One</h2><h4>Deep</h4><h4>Beside</h4><h2>Two</h2>")
    assert found == (BarrierFound(Barrier.LEVEL_SKIPPED, "Deep", "Deep"),)


def test_a_table_without_header_cells_is_named_by_its_first_words() -> None:
    found = barriers_in("<h2>Roles</h2><table><tr><td>Owner</td><td>Keeps the list</td></tr></table>")
    assert found == (BarrierFound(Barrier.TABLE_WITHOUT_HEADER, "Roles", "Owner Keeps the list"),)
