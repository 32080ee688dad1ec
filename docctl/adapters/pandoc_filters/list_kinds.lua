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
