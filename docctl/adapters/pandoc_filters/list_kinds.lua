-- How a list is numbered, such as a) or (iv), of which Markdown knows only 1. and 1): a comment at the end of its first
-- item keeps it. In HTML, which knows no signs around a number, they travel in the start (see list_kinds.py).

local list_kinds = {}

local SIGNS = { LowerAlpha = "a", UpperAlpha = "A", LowerRoman = "i", UpperRoman = "I" }
local STYLES = { a = "LowerAlpha", A = "UpperAlpha", i = "LowerRoman", I = "UpperRoman", ["1"] = "Decimal" }
local FAR = { OneParen = 10000, TwoParens = 20000 }

local function line_of(list)
  local first = list.content[1] and list.content[1][1]
  return first and (first.t == "Plain" or first.t == "Para") and first
end

-- For Markdown: keep the kind, unless it is one that Markdown has itself.
function list_kinds.written(list)
  local sign, line = SIGNS[list.style] or "1", line_of(list)
  local kind = sign .. (list.delimiter == "OneParen" and ")" or ".")
  if list.delimiter == "TwoParens" then kind = "(" .. sign .. ")" end
  if kind ~= "1." and kind ~= "1)" and line then
    line.content:insert(pandoc.RawInline("html", "<!--" .. kind .. "-->"))
    list.delimiter = "Period"
  end
  list.style = "Decimal"
  return list
end

-- For HTML within Markdown, which has a place for the kind and none for the signs around the numbers: keep those.
function list_kinds.kept(list)
  local line = line_of(list)
  if not line or not FAR[list.delimiter] then return nil end
  local form = list.delimiter == "TwoParens" and "<!--(%s)-->" or "<!--%s)-->"
  line.content:insert(pandoc.RawInline("html", form:format(SIGNS[list.style] or "1")))
  list.delimiter = "Period"
  return list
end

local function with_far_start(html)
  local tag, rest = html:match("^(<ol[^<>]*>)(.*)$")
  local opens, sign, closes = html:match("<!%-%-(%(?)([1aAiI])([.)])%-%->")
  if not tag or closes ~= ")" then return html end
  local start = tonumber(tag:match("start=\"(%d+)\"") or 1) + FAR[opens == "(" and "TwoParens" or "OneParen"]
  return ("<ol start=\"%d\" type=\"%s\">"):format(start, sign) .. rest
end

-- From HTML within Markdown: the signs around the numbers as a start far away, for the reader passes comments over.
function list_kinds.far_in(html)
  local pieces, place = {}, 1
  while place <= #html do
    local after = html:find("<ol[%s>]", place + 1) or #html + 1
    table.insert(pieces, with_far_start(html:sub(place, after - 1)))
    place = after
  end
  return table.concat(pieces)
end

-- From Markdown: number the list as the kept kind says.
function list_kinds.read(list)
  local line = line_of(list)
  local last = line and line.content[#line.content]
  if not last or last.t ~= "RawInline" then return nil end
  local opens, sign, closes = last.text:match("^<!%-%-(%(?)([1aAiI])([.)])%-%->$")
  if not sign then return nil end
  line.content:remove(#line.content)
  list.style = STYLES[sign]
  list.delimiter = opens == "(" and "TwoParens" or closes == ")" and "OneParen" or "Period"
  return list
end

-- To HTML: the signs around the numbers as a start far away.
function list_kinds.far(list)
  list.start = list.start + (FAR[list.delimiter] or 0)
  return list
end

-- From HTML: a start far away as the signs around the numbers.
function list_kinds.near(list)
  for delimiter, far in pairs(FAR) do
    if list.start >= far and list.start < far + 10000 then
      list.start, list.delimiter = list.start - far, delimiter
      return list
    end
  end
end

return list_kinds
