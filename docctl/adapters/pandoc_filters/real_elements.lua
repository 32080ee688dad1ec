-- Raw HTML in Markdown becomes real elements: tables with merged cells, sized pictures, line breaks, raised text.

local tables = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "tables.lua" }))

local list_kinds = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "list_kinds.lua" }))
local note_signs = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "note_signs.lua" }))
local marks = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "marks.lua" }))

local STYLES = {
  sub = pandoc.Subscript, sup = pandoc.Superscript, u = pandoc.Underline, ins = pandoc.Underline,
  s = pandoc.Strikeout, del = pandoc.Strikeout, b = pandoc.Strong, strong = pandoc.Strong,
  i = pandoc.Emph, em = pandoc.Emph,
}

local function size(image)
  local style = image.attributes.style or ""
  for _, side in ipairs({ "width", "height" }) do
    local length = (";" .. style):match("[;%s]" .. side .. "%s*:%s*([%d.]+%s*%a*%%?)") or image.attributes[side]
    image.attributes[side] = nil
    if length and length:match("^[%d.]+%s*%a*%%?$") then
      length = length:gsub("%s", "")
      image.attributes[side] = length:match("^[%d.]+$") and (length .. "px") or length
    end
  end
  image.attributes.style = nil
  return image
end

local function read(html)
  local blocks = pandoc.read(list_kinds.far_in(html), "html").blocks
  return blocks:walk({
    Image = size,
    Div = function(div) return div.content end,
    OrderedList = list_kinds.near,
  })
end

local function tag_of(element)
  if element.t ~= "RawInline" or not element.format:match("^html") then return nil end
  local closing, name = element.text:match("^<(/?)(%a%w*)[^>]*>$")
  return name and name:lower(), closing == "/"
end

local function inline_picture(element)
  local blocks = read(element.text)
  return blocks[1] and blocks[1].content or pandoc.Inlines({})
end

-- Where each opening tag is closed, found in one pass, because a text may hold very many tags that never are.
local function closings(inlines)
  local open, found = {}, {}
  for place, element in ipairs(inlines) do
    local name, closes = tag_of(element)
    if name and STYLES[name] then
      open[name] = open[name] or {}
      if not closes then table.insert(open[name], place)
      elseif #open[name] > 0 then found[table.remove(open[name])] = place end
    end
  end
  return found
end

local function real_inlines(inlines)
  local found, place, closing = pandoc.Inlines({}), 1, closings(inlines)
  while place <= #inlines do
    local element = inlines[place]
    local name, closes = tag_of(element)
    local finish = name and not closes and closing[place]
    if finish then
      local inside = pandoc.Inlines({})
      for inner = place + 1, finish - 1 do inside:insert(inlines[inner]) end
      found:insert(STYLES[name](real_inlines(inside)))
      place = finish
    elseif name == "img" then
      found:extend(inline_picture(element))
    elseif name == "br" then
      found:insert(pandoc.LineBreak())
    elseif not (element.t == "RawInline" and element.format:match("^html")) then
      found:insert(element)
    end
    place = place + 1
  end
  return found
end

local function is_html(block) return block.t == "RawBlock" and block.format:match("^html") ~= nil end

local function html_of(block)
  if is_html(block) then return block.text end
  return pandoc.write(pandoc.Pandoc({ block }), "html")
end

local function tables_opened(text)
  local lower = text:lower()
  local _, opened = lower:gsub("<table[%s>]", "")
  local _, closed = lower:gsub("</table%s*>", "")
  return opened - closed
end

local function real_blocks(blocks)
  local found, place = pandoc.Blocks({}), 1
  while place <= #blocks do
    local block = blocks[place]
    if is_html(block) then
      local text, open = block.text, tables_opened(block.text)
      while open > 0 and place < #blocks do
        place = place + 1
        local more = html_of(blocks[place])
        text, open = text .. "\n" .. more, open + tables_opened(more)
      end
      if not text:match("^%s*<!%-%-") then found:extend(read(text)) end
    else
      found:insert(block)
    end
    place = place + 1
  end
  return found
end

-- Widths of a pipe table are only how its lines were typed; whoever writes it knows better from its text.
local function without_widths(tbl)
  for _, column in ipairs(tbl.colspecs) do column[2] = nil end
  return tbl
end

local function titled(header)
  if not marks.title(header):match("%S") then return marks.untitled(header) or {} end
end

-- Of an address that a link shows, pandoc makes a link of its own, and takes the backslashes in it for signs.
local function with_address(link)
  local is_plain, has_address = true, false
  for _, element in ipairs(link.content) do
    is_plain = is_plain and (element.t == "Str" or element.t == "Space" or element.t == "Link")
    has_address = has_address or element.t == "Link" and pandoc.utils.stringify(element):find("\\", 1, true)
  end
  if not (is_plain and has_address) then return nil end
  link.content = pandoc.Inlines((pandoc.utils.stringify(link):gsub("\\(%p)", "%1")))
  return link
end

return {
  { OrderedList = list_kinds.read },
  { Link = with_address },
  { Table = without_widths, Blocks = real_blocks },
  { Note = note_signs.read },
  { Inlines = real_inlines, Image = size, Table = function(tbl) tables.whole_widths(tbl) return tables.whole_rows(tbl) end },
  { Header = titled },
}
