-- wrk.lua — the requests of one benchmark row; the result as one line: rate p50 p99 errors.
--
-- Environment: KIND (a name of `kinds`), TOKEN, IDS (a file of record ids, one a line).

local kind, token = os.getenv("KIND") or "get", os.getenv("TOKEN")
local ids = {}
for id in io.lines(os.getenv("IDS") or "/dev/null") do ids[#ids + 1] = id end
local read = { ["Authorization"] = token and "Bearer " .. token }
local write = { ["Authorization"] = read["Authorization"], ["Content-Type"] = "application/json" }
local list = "/api/v1/records/messages?filter=points%20%3E%3D%2010%20%26%26%20status%20%3D%20%22open%22"
    .. "&limit=30&sort="
local n = 0

local function get() return wrk.format("GET", "/api/v1/records/messages/" .. ids[n % #ids + 1], read) end
local function create()
    return wrk.format("POST", "/api/v1/records/messages", write,
        '{"title":"message ' .. n .. '","status":"open","points":' .. n % 1000 .. '}')
end
local kinds = {
    get = get,
    create = create,
    list = function() return wrk.format("GET", list .. "-created_at", read) end,
    sorted = function() return wrk.format("GET", list .. "-points,title", read) end,
    counted = function()            -- a bound value of its own: no total is remembered for it
        return wrk.format("GET", list:gsub("%%3D%%2010", "%%3D%%20" .. (n % 9) .. "." .. n) .. "-created_at", read)
    end,
    deep = function() return wrk.format("GET", list .. "-created_at&skip=1200", read) end,
    mixed = function() if n % 10 == 0 then return create() end return get() end,
    expand = function() return wrk.format("GET", "/api/v1/records/articles?limit=30&count=false&expand=author", read) end,
    search = function()
        return wrk.format("GET", "/api/v1/records/articles?limit=30&count=false&search=word" .. n * 7919 % 1000, read)
    end,
    page = function() return wrk.format("GET", "/api/v1/records/articles?limit=30&sort=-created_at", read) end,
    plain = function() return wrk.format("GET", os.getenv("URL_PATH") or "/", nil) end,
    login = function()
        return wrk.format("POST", "/api/v1/auth/login", { ["Content-Type"] = "application/json" }, os.getenv("LOGIN"))
    end,
}

function request() n = n + 1 return kinds[kind]() end

-- Each thread starts somewhere else, so that two do not make the same rows.
local threads = 0
function setup(thread) thread:set("first", threads * 1000003) threads = threads + 1 end
function init() n = first or 0 end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format("RESULT %.0f %.3f %.3f %d\n", summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        e.connect + e.read + e.write + e.status + e.timeout))
end
