-- For Typst: each picture and formula with its alternative text, which a PDF for everybody (PDF/UA) must have.

local formulas = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "typst_formulas.lua" }))
local known = {}

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function length(value)
  local number, unit = (value or ""):match("^([%d.]+)(%a*%%?)$")
  if not number then return nil end
  if unit == "px" or unit == "" then return string.format("%.2fpt", tonumber(number) * 0.75) end
  if unit == "in" or unit == "cm" or unit == "mm" or unit == "pt" or unit == "em" or unit == "%" then
    return number .. unit
  end
end

local function picture(image)
  local alt = pandoc.utils.stringify(image.caption)
  if not known[image.src] then
    return pandoc.Str("[" .. (alt ~= "" and alt or image.src) .. "]")
  end
  local parts = { quoted(image.src), "alt: " .. quoted(alt ~= "" and alt or "picture") }
  for _, side in ipairs({ "width", "height" }) do
    local value = length(image.attributes[side])
    if value then table.insert(parts, side .. ": " .. value) end
  end
  return pandoc.RawInline("typst", "#box(image(" .. table.concat(parts, ", ") .. "))")
end

local function formula(math)
  local written = formulas.written(math)
  if not written then return nil end
  local is_block = math.mathtype == "DisplayMath" and "true" or "false"
  local parts = "alt: " .. quoted(math.text) .. ", block: " .. is_block .. ", " .. written .. ".body"
  return pandoc.RawInline("typst", "#math.equation(" .. parts .. ")")
end

function Pandoc(document)
  local names = document.meta.picture or {}
  if pandoc.utils.type(names) ~= "List" then names = { names } end
  for _, name in ipairs(names) do known[pandoc.utils.stringify(name)] = true end
  document.meta = {}
  return document:walk({ Image = picture, Math = formula })
end
