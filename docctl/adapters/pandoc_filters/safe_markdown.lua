-- To Markdown, what pandoc writes wrongly: a backslash before another sign stands in a piece of its own, because pandoc
-- leaves that sign out else, as in \\server, C:\[old] or DOMAIN\<name>; and no paragraph ends with the end of a line,
-- for which pandoc writes a backslash that is shown. An address with signs that pandoc writes with a backslash becomes
-- a link, because a bare address is read with the backslashes. What begins a line within a paragraph and would begin a
-- list, or make a heading of the line above, gets the backslash that pandoc leaves out there.

local BREAKS = { LineBreak = true, SoftBreak = true, Space = true }
local ADDRESSES = { { "https?://[^%s<>\\]+", "" }, { "www%.[^%s<>\\]+", "http://" } }

-- Return the text before an address with signs that have a meaning, the address, what links lead to, and the rest.
local function address_in(text)
  for _, address in ipairs(ADDRESSES) do
    local first, last = text:find(address[1])
    if first then
      last = last - #text:sub(first, last):match("[%.,;:!%?%)%]'\"]*$")
      local found = text:sub(first, last)
      if not found:find("[%*_~`%[%]]") then return nil end
      return text:sub(1, first - 1), found, address[2] .. found, text:sub(last + 1)
    end
  end
end

-- An address that is what a link shows is no link of its own.
function Link(link)
  link.content = link.content:walk({ Link = function(inner) return inner.content end })
  return link
end

function Str(str)
  local before, shown, target, behind = address_in(str.text)
  if before then
    return pandoc.Inlines({ pandoc.Str(before), pandoc.Link(shown, target), pandoc.Str(behind) })
  end
  local pieces, rest = pandoc.Inlines({}), str.text
  while true do
    local sign = rest:find("\\%p")
    if not sign then break end
    pieces:insert(pandoc.Str(rest:sub(1, sign)))
    rest = rest:sub(sign + 1)
  end
  if #pieces == 0 then return nil end
  pieces:insert(pandoc.Str(rest))
  return pieces
end

-- Return what begins a line with a backslash before its last sign, where it would be read as more than text.
local function marked(text)
  local number = text:match("^1[%.%)]$") or text:match("^[%-+]$") or text:match("^=+$") or text:match("^%-+$")
  return number and pandoc.RawInline("markdown", text:sub(1, -2) .. "\\" .. text:sub(-1))
end

function Inlines(inlines)
  local is_changed = false
  for place = 2, #inlines do
    local mark = inlines[place - 1].t == "LineBreak" and inlines[place].t == "Str" and marked(inlines[place].text)
    if mark then inlines[place], is_changed = mark, true end
  end
  if is_changed then return inlines end
end

local function without_last_break(block)
  local kept = #block.content
  while kept > 0 and BREAKS[block.content[kept].t] do kept = kept - 1 end
  if kept == #block.content then return nil end
  while #block.content > kept do block.content:remove() end
  return block
end

Para, Plain = without_last_break, without_last_break
