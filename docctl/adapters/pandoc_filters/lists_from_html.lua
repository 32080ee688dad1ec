-- From HTML: numbered lists get back the signs around their numbers.

local list_kinds = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "list_kinds.lua" }))

OrderedList = list_kinds.near
