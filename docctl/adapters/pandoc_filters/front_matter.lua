-- Writes what stands at the top of a Markdown file between --- lines as JSON.

local function plain(value)
  local kind = pandoc.utils.type(value)
  if kind == "Inlines" or kind == "Blocks" then return pandoc.utils.stringify(value) end
  if kind == "List" then return pandoc.List(value):map(plain) end
  if type(value) ~= "table" then return value end
  local found = {}
  for key, entry in pairs(value) do found[key] = plain(entry) end
  return found
end

function Pandoc(document)
  local found = plain(document.meta)
  local json = next(found) and pandoc.json.encode(found) or "{}"
  return pandoc.Pandoc({ pandoc.RawBlock("plain", json) })
end
