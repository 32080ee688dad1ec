-- Emphasis that Markdown's stars cannot say where it stands: bold next to slanted, or a mark between letters and signs.

local marks = {}

local function unwrap(element) return element.content end

-- A heading has its own weight and is one line; words in it may be slanted, the whole of it not.
function marks.plain_heading(header)
  local all, slanted = 0, 0
  header:walk({
    Str = function() all = all + 1 end,
    Emph = function(emph) emph:walk({ Str = function() slanted = slanted + 1 end }) end,
  })
  return header:walk({
    Strong = unwrap, Underline = unwrap, SmallCaps = unwrap,
    Emph = all == slanted and unwrap or nil,
    LineBreak = function() return pandoc.Space() end,
  })
end

local function nothing() return {} end

-- What a heading or line says in words: neither a picture nor a note is a title.
function marks.title(line)
  return pandoc.utils.stringify(line.content:walk({ Image = nothing, Note = nothing }))
end

local RAISED = { "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", "^" }
local LOWERED = { "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "_" }

-- Letters in their raised or lowered form, or behind a sign where they have none.
local function shifted(forms)
  return function(element)
    local said, place, known = pandoc.utils.stringify(element), 0, {}
    for _, code in utf8.codes(forms[1]) do
      place = place + 1
      known[("0123456789+-=()n"):sub(place, place)] = utf8.char(code)
    end
    local written = said:gsub(utf8.charpattern, known)
    if said:match("^%a+$") then return pandoc.Str(said) end
    local has_form = not said:gsub(utf8.charpattern, function(sign) return known[sign] and "" end):match("%S")
    return pandoc.Str(has_form and written or forms[2] .. said)
  end
end

-- The line that is a title in letters alone: without what is struck out, with raised digits.
function marks.title_in_letters(line)
  local said = line.content:walk({
    Image = nothing, Note = nothing, Strikeout = nothing,
    Superscript = shifted(RAISED), Subscript = shifted(LOWERED),
  })
  return (pandoc.utils.stringify(said):gsub("%s+", " "))
end

-- The line that is a title, without its pictures and notes, and these.
function marks.words_of_line(line)
  return line.content:walk({ Image = nothing, Note = nothing, LineBreak = function() return pandoc.Space() end })
end

function marks.beside_words(line)
  local others = pandoc.Inlines({})
  local function keep(other) others:insert(other) end
  line:walk({ Note = keep, Image = keep })
  return others
end

-- The sign behind which a title stands in front of its text.
marks.TITLE = pandoc.RawBlock("html", "<!--title-->")

local UNSEEN = { [0xA0] = true, [0xAD] = true, [0xFEFF] = true, [0x34F] = true, [0x61C] = true }

-- A text without signs, spaces, case and whatever nobody sees, by which two titles are one.
function marks.folded(text)
  return (pandoc.text.lower(text):gsub("[%s%p]+", ""):gsub(utf8.charpattern, function(sign)
    local code = utf8.codepoint(sign)
    local is_unseen = UNSEEN[code] or (code >= 0x2000 and code <= 0x206F) or code == 0x2212 or code >= 0xFE00 and code <= 0xFE0F
    return is_unseen and "" or nil
  end))
end

-- What stays of a heading without a title: the line, where there is something in it.
function marks.untitled(header)
  local line, has_more = pandoc.Para(header.content), false
  local function more() has_more = true end
  line:walk({ Image = more, Note = more })
  return has_more and line or nil
end

local TAGS = { Strong = "strong", Emph = "em", Strikeout = "s" }
local EDGES = { Code = "`", Link = "[", Image = "!", Note = "[", RawInline = "<", Subscript = "<", Superscript = "<" }

-- The first or last character that is written, and whether stars stand there.
local function edge(inline, at_end)
  if not inline then return nil end
  if inline.t == "Str" then
    local place = at_end and utf8.offset(inline.text, -1) or 1
    return inline.text ~= "" and utf8.codepoint(inline.text, place) or 0x20
  end
  if TAGS[inline.t] then return nil, inline.t == "Strikeout" and "~" or "*" end
  return EDGES[inline.t] and utf8.codepoint(EDGES[inline.t]) or 0x20
end

local function is_space(code) return code <= 0x20 or code == 0xA0 or (code >= 0x2000 and code <= 0x200A) or code == 0x3000 end

local function is_letter(code)
  if code < 0x80 then return string.char(code):match("%w") ~= nil end
  return code > 0xBF and not (code >= 0x2000 and code <= 0x2BFF) and not (code >= 0x3000 and code <= 0x303F)
    and not (code >= 0xFE00 and code <= 0xFFEF) and code < 0x1F000 and code ~= 0xD7 and code ~= 0xF7
end

-- Whether a run of stars between what stands outside and inside is read as a mark that opens here, or closes.
local function holds(outside, inside)
  if not inside then return true end
  if is_space(inside) then return false end
  return is_letter(inside) or not outside or is_space(outside) or (outside < 0x80 and not is_letter(outside))
end

local function can_be_stars(inline, before, after)
  local content = inline.content
  if #content == 0 then return true end
  local left, left_mark = edge(before, true)
  local right, right_mark = edge(after, false)
  local own = inline.t == "Strikeout" and "~" or "*"
  if own == "~" and pandoc.utils.stringify(content):find("~", 1, true) then return false end
  if left_mark == own or right_mark == own then return false end
  if left == own:byte() or right == own:byte() then return false end
  local first, opens = edge(content[1], false)
  local last, closes = edge(content[#content], true)
  if #content > 0 and (first == own:byte() or last == own:byte()) then return false end
  if opens and #content > 1 and not (not left or is_space(left)) then return false end
  if closes and #content > 1 and not (not right or is_space(right)) then return false end
  if #content == 1 and opens and opens ~= own then first, last = own:byte(), own:byte() end
  if #content == 1 and opens == own then
    first, last = edge(content[1].content[1], false), edge(content[1].content[#content[1].content], true)
  end
  return holds(left, first) and holds(right, last)
end

-- An ampersand that would be read as the start of an entity.
local function with_plain_ampersands(found, text)
  local rest, changed = text, false
  while true do
    local place = rest:find("&#?%w+;")
    if not place then break end
    changed = true
    if place > 1 then found:insert(pandoc.Str(rest:sub(1, place - 1))) end
    found:insert(pandoc.RawInline("html", "&amp;"))
    rest = rest:sub(place + 1)
  end
  if changed and rest ~= "" then found:insert(pandoc.Str(rest)) end
  return changed
end

-- Code that Word keeps in pieces is one piece.
function marks.whole_code(inlines)
  local found = pandoc.Inlines({})
  for _, inline in ipairs(inlines) do
    local last = found[#found]
    if inline.t == "Code" and last and last.t == "Code" then
      found[#found] = pandoc.Code(last.text .. inline.text)
    else
      found:insert(inline)
    end
  end
  return #found < #inlines and found or nil
end

-- A block of code as one paragraph, its lines kept apart.
function marks.line_of_code(block)
  local lines = pandoc.Inlines({})
  for text in (block.text .. "\n"):gmatch("(.-)\n") do
    if #lines > 0 then lines:insert(pandoc.LineBreak()) end
    lines:insert(pandoc.Code(text))
  end
  return pandoc.Para(lines)
end

local function as_written(inlines)
  local found, changed = pandoc.Inlines({}), false
  for place, inline in ipairs(inlines) do
    local tag = TAGS[inline.t]
    if tag and not can_be_stars(inline, inlines[place - 1], inlines[place + 1]) then
      changed = true
      found:insert(pandoc.RawInline("html", "<" .. tag .. ">"))
      found:extend(as_written(inline.content) or inline.content)
      found:insert(pandoc.RawInline("html", "</" .. tag .. ">"))
    elseif inline.t == "Str" and with_plain_ampersands(found, inline.text) then
      changed = true
    else
      found:insert(inline)
    end
  end
  return changed and found or nil
end

-- The text of a picture is no place for tags.
marks.as_written = { traverse = "topdown", Inlines = as_written, Image = function(image) return image, false end }

-- A line of hyphens that was typed is no rule, and one under words makes them no heading.
function marks.typed_rules(paragraph)
  local begins, is_changed = true, false
  for place, inline in ipairs(paragraph.content) do
    if begins and inline.t == "Str" and (inline.text:match("^%-%-+$") or inline.text:match("^=+$")) then
      paragraph.content[place] = pandoc.RawInline("markdown", "\\" .. inline.text)
      is_changed = true
    end
    begins = inline.t == "LineBreak"
  end
  return is_changed and paragraph or nil
end

-- Signs at the beginning of an item that pandoc takes for the box of a task although nobody made one: a tick would
-- become a crossed box.
local NO_BOXES = { ["✓"] = true, ["❏"] = true }

function marks.ticks_kept(list)
  local is_changed = false
  for _, item in ipairs(list.content) do
    local first = item[1] and (item[1].t == "Plain" or item[1].t == "Para") and item[1].content[1]
    if first and first.t == "Str" and NO_BOXES[first.text] then
      item[1].content[1] = pandoc.RawInline("markdown", first.text)
      is_changed = true
    end
  end
  return is_changed and list or nil
end

return marks
