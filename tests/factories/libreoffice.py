"""Word files opened in LibreOffice, as their readers open them: text, tracked changes accepted or rejected, pages."""

import shutil
import subprocess
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


def text_in_libreoffice(word: bytes, folder: Path, command: str = "") -> list[str]:
    """Return the lines that hold text once LibreOffice opened a Word file and carried out a command."""
    profile = folder / "profile"
    if not profile.exists():
        _start(profile, "--terminate_after_init")
        _put_macro(profile / "user" / "basic")
    source, target = folder / "opened.docx", folder / "shown.txt"
    source.write_bytes(word)
    target.unlink(missing_ok=True)
    _start(profile, f'macro:///Standard.Module1.Settle("{source}","{target}","{command}")')
    return [line.strip() for line in target.read_text(encoding="utf-8-sig").splitlines() if line.strip()]


def _start(profile: Path, *arguments: str) -> None:
    own = f"-env:UserInstallation={profile.as_uri()}"
    command = [str(PROGRAM), "--headless", "--norestore", own, *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _put_macro(basic: Path) -> None:
    """Put the macro where the first start of LibreOffice has made its folder."""
    (basic / "Standard").mkdir(parents=True, exist_ok=True)
    for kind in ("script", "dialog"):
        (basic / f"{kind}.xlc").write_text(_LIBRARIES.format(kind=kind))
        element = '<library:element library:name="Module1"/>' if kind == "script" else ""
        (basic / "Standard" / f"{kind}.xlb").write_text(_LIBRARY.format(elements=element))
    (basic / "Standard" / "Module1.xba").write_text(_MODULE)
