-- Blocks of a text with letters from right to left say in which direction they run, where that is not the same for all.

local stringify = pandoc.utils.stringify

local function is_from_right(code)
  return code >= 0x590 and code <= 0x8FF or code >= 0xFB1D and code <= 0xFDFF or code >= 0xFE70 and code <= 0xFEFC
    or code >= 0x10800 and code <= 0x10FFF or code >= 0x1E800 and code <= 0x1EEFF
end

local function is_letter(code)
  return code >= 0x41 and code <= 0x5A or code >= 0x61 and code <= 0x7A or code >= 0xC0 and not (code >= 0x2000 and code <= 0x2BFF)
end

local function direction_of(block)
  local from_right, letters = 0, 0
  for _, code in utf8.codes(stringify(block)) do
    if is_from_right(code) then from_right = from_right + 1 end
    if is_letter(code) then letters = letters + 1 end
  end
  if from_right > 0 and from_right >= 0.4 * letters then return "rtl" end
  return letters - from_right >= 12 and "ltr" or "auto"
end

function Pandoc(document)
  local has_any = false
  for _, code in utf8.codes(stringify(document.blocks)) do
    if is_from_right(code) then has_any = true break end
  end
  if not has_any then return nil end
  local blocks, now = pandoc.Blocks({}), "auto"
  for _, block in ipairs(document.blocks) do
    local direction = direction_of(block)
    if direction ~= now then blocks:insert(pandoc.RawBlock("typst", "#set text(dir: " .. direction .. ")")) end
    now = direction
    blocks:insert(block)
  end
  if now ~= "auto" then blocks:insert(pandoc.RawBlock("typst", "#set text(dir: auto)")) end
  document.blocks = blocks
  return document
end
