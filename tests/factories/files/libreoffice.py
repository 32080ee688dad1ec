"""Word files opened in LibreOffice, as their readers open them: text, tracked changes accepted or rejected, pages."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

PROGRAM = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(
    PROGRAM is None, reason="LibreOffice is not installed: apt-get install libreoffice-writer-nogui"
)
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">{elements}</library:library>
"""
_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/{kind}.xlb/" xlink:type="simple"
  library:link="false"/>
</library:libraries>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub SettleAll(folder As String, number As Integer)
  For place = 0 To number - 1
    FileNumber = FreeFile
    command = ""
    Open folder &amp; "/" &amp; place &amp; ".command" For Input As #FileNumber
    If Not Eof(FileNumber) Then Line Input #FileNumber, command
    Close #FileNumber
    Settle(folder &amp; "/" &amp; place &amp; ".docx", folder &amp; "/" &amp; place &amp; ".txt", command)
  Next
End Sub

Sub Settle(source As String, target As String, command As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  opened = StarDesktop.loadComponentFromURL(ConvertToUrl(source), "_blank", 0, hidden())
  Dim nothing_more(0) As New com.sun.star.beans.PropertyValue
  If command &lt;&gt; "" Then
    dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
    dispatcher.executeDispatch(opened.CurrentController.Frame, command, "", 0, nothing_more())
  End If
  Dim plain(1) As New com.sun.star.beans.PropertyValue
  plain(0).Name = "FilterName"
  plain(0).Value = "Text (encoded)"
  plain(1).Name = "FilterOptions"
  plain(1).Value = "UTF8"
  opened.storeToURL(ConvertToUrl(target), plain())
  opened.close(True)
End Sub
</script:module>
"""
ACCEPT, REJECT = ".uno:AcceptAllTrackedChanges", ".uno:RejectAllTrackedChanges"


def texts_in_libreoffice(asked: Sequence[tuple[bytes, str]], folder: Path) -> list[list[str]]:
    """Return the lines that hold text in each Word file once a command was carried out, all in one start."""
    profile = folder / "profile"
    if not profile.exists():
        _start(profile, "--terminate_after_init")
        _put_macro(profile / "user" / "basic")
    for place, (word, command) in enumerate(asked):
        (folder / f"{place}.docx").write_bytes(word)
        (folder / f"{place}.command").write_text(command)
        (folder / f"{place}.txt").unlink(missing_ok=True)
    _start(profile, f'macro:///Standard.Module1.SettleAll("{folder}",{len(asked)})')
    shown = [(folder / f"{place}.txt").read_text(encoding="utf-8-sig") for place in range(len(asked))]
    return [[line.strip() for line in text.splitlines() if line.strip()] for text in shown]


def _start(profile: Path, *arguments: str) -> None:
    own = f"-env:UserInstallation={profile.as_uri()}"
    command = [str(PROGRAM), "--headless", "--norestore", own, *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def _put_macro(basic: Path) -> None:
    """Put the macro where the first start of LibreOffice has made its folder."""
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    for kind in ("script", "dialog"):
        (basic / f"{kind}.xlc").write_text(_LIBRARIES.format(kind=kind))
        element = '<library:element library:name="Module1"/>' if kind == "script" else ""
        (basic / "Standard" / f"{kind}.xlb").write_text(_LIBRARY.format(elements=element))
    (basic / "Standard" / "Module1.xba").write_text(_MODULE)
