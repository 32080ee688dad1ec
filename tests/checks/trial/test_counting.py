"""The trial counts what a Word file holds wherever its main part lies."""

import io
import zipfile

from docx import Document

from tests.checks.trial.counting import Counted, count_word


def test_a_main_part_of_another_name_is_counted() -> None:
    made, moved = io.BytesIO(), io.BytesIO()
    document = Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "A cell"
    document.save(made)
    with zipfile.ZipFile(made) as package, zipfile.ZipFile(moved, "w") as other:
        for name in package.namelist():
            data = package.read(name).replace(b"word/document.xml", b"word/trial.xml")
            other.writestr(name.replace("word/document.xml", "word/trial.xml"), data)
    assert count_word(moved.getvalue()) == count_word(made.getvalue()) == Counted(tables=1, pictures=0)
