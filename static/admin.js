// admin.js — comfort for the admin pages: each function finds its elements or does nothing, and
// every page works without it. Texts come from #said, in the language of the page.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const said = document.getElementById("said");
const words = said ? said.dataset : {};
const make = (tag, values = {}) => Object.assign(document.createElement(tag), values);
const say = (text) => { if (said) said.textContent = text; };
const mainForm = () => document.querySelector("main form[method=post]:has(.main)");

// Rows of tables: all at once, a range with shift, and how many there are.
function rows() {
    for (const form of all("form:has(td.pick)")) {
        const boxes = all("td.pick input[name]", form), every = form.querySelector("[data-all]");
        const count = form.querySelector("[data-count]");
        let last = null;
        const show = () => {
            const n = boxes.filter((box) => box.checked).length;
            if (every) { every.checked = n > 0 && n === boxes.length; every.indeterminate = n > 0 && n < boxes.length; }
            if (count) { count.hidden = false; count.querySelector("b").textContent = n; }
            return n;
        };
        form.addEventListener("click", (event) => {
            const at = boxes.indexOf(event.target);
            if (event.target === every) boxes.forEach((box) => { box.checked = every.checked; });
            else if (at < 0) return;
            else if (event.shiftKey && last !== null)
                boxes.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((box) => { box.checked = boxes[at].checked; });
            if (at >= 0) last = at;
            say(`${words.chosen}: ${show()}`);
        });
        if (every) every.hidden = boxes.length === 0;
        addEventListener("pageshow", show);
    }
}

// A form goes once, and what was typed into it is not lost by accident.
function forms() {
    let dirty = false;
    const wake = () => all("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
    addEventListener("pageshow", () => { wake(); dirty = false; });
    document.addEventListener("input", (event) => {
        if (event.target.form === mainForm() && event.target.form) dirty = true;
    });
    document.addEventListener("submit", (event) => {
        const button = event.submitter;
        if (event.target.method !== "post") return;
        if (button?.getAttribute("aria-disabled")) { event.preventDefault(); return; }
        dirty = false;
        all("button:not([type=button])", event.target).forEach((one) => one.setAttribute("aria-disabled", "true"));
        setTimeout(wake, 10000);                            // an export stays on the page
    });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
    document.addEventListener("keydown", (event) => {
        if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || !mainForm()) return;
        event.preventDefault();
        mainForm().requestSubmit(mainForm().querySelector(".main, [type=submit]"));
    });
}

// Times in the zone of whoever looks; UTC when pointed at.
function times() {
    const two = (n) => String(n).padStart(2, "0");
    for (const time of all("time[datetime$=Z]")) {
        const at = new Date(time.dateTime);
        if (Number.isNaN(at.getTime())) continue;
        time.title = `${time.dateTime.replace("T", " ").replace("Z", "")} UTC`;
        time.textContent = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
    }
}

// The menu's own scrolling shows where we are.
function menu() {
    const side = document.querySelector(".side"), here = side?.querySelector("[aria-current]");
    if (here && here.offsetTop > side.clientHeight) side.scrollTop = here.offsetTop - side.clientHeight / 2;
}

function copies() {
    if (!navigator.clipboard) return;
    for (const block of all("[data-copy]:not(#said)")) {
        const button = make("button", { type: "button", className: "button small copy", textContent: words.copy });
        const text = block.textContent;
        button.addEventListener("click", async () => {
            await navigator.clipboard.writeText(text);
            button.textContent = words.copied;
            say(words.copied);
            setTimeout(() => { button.textContent = words.copy; }, 2000);
        });
        block.prepend(button);
    }
}

// Where the first fault of a text that is no JSON is: its line and column.
function where(text) {
    const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
    let at = 0;
    const eat = (pattern) => {
        pattern.lastIndex = at;
        const found = pattern.exec(text);
        if (found) at += found[0].length;
        return found !== null;
    };
    const sign = (one) => { eat(/\s*/y); if (text[at] !== one) return false; at++; return true; };
    const list = (end, item) => {
        if (sign(end)) return true;
        do if (!item()) return false; while (sign(","));
        return sign(end);
    };
    const value = () => sign("{") ? list("}", () => { eat(/\s*/y); return eat(STRING) && sign(":") && value(); })
        : sign("[") ? list("]", value) : eat(STRING) || eat(PLAIN);
    value();
    eat(/\s*/y);
    const before = text.slice(0, at).split("\n");
    return [before.length, before.at(-1).length + 1];
}

function json() {
    for (const area of all("textarea[data-json]")) {
        const note = make("p", { className: "json", id: `${area.id}-json` });
        const check = () => {
            const text = area.value;
            note.textContent = "";
            if (text.trim() !== "") try {
                JSON.parse(text);
                note.className = "json good"; note.textContent = words.valid;
            } catch {
                const [line, column] = where(text);
                note.className = "json bad"; note.textContent = `${words.line} ${line}, ${words.column} ${column}`;
            }
        };
        area.after(note);
        area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") || ""} ${note.id}`.trim());
        let later = 0;
        area.addEventListener("input", () => { clearTimeout(later); later = setTimeout(check, 300); });
        check();
    }
}

// A list below an input, as the ARIA practices have it: find gives [{ value, label }] for what is
// typed, take puts the chosen one where it belongs. Tab and Escape leave as they always do.
function combobox(input, find, take) {
    const list = make("ul", { className: "options", id: `${input.id}-options`, hidden: true });
    let options = [], at = -1, asked = 0;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() || input.name);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" })
        .forEach(([name, value]) => input.setAttribute(name, value));
    input.after(list);
    const close = () => {
        list.hidden = true; at = -1;
        input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant");
    };
    const mark = (n) => {
        at = (n + options.length) % options.length;
        [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === at));
        list.children[at].scrollIntoView({ block: "nearest" });
        input.setAttribute("aria-activedescendant", list.children[at].id);
    };
    const open = async () => {
        const mine = ++asked, found = await find();
        if (mine !== asked) return;
        options = found;
        list.replaceChildren(...options.map((option, i) => {
            const item = make("li", { id: `${list.id}-${i}`, textContent: option.label });
            item.setAttribute("role", "option");
            item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(i); });
            return item;
        }));
        close();
        list.hidden = options.length === 0 || document.activeElement !== input;
        input.setAttribute("aria-expanded", String(!list.hidden));
        if (!list.hidden) say(`${words.found}: ${options.length}`);
    };
    const choose = (i) => {
        take(options[i]); close(); asked++;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    input.addEventListener("input", open);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && list.hidden) open();
        else if (step) mark(at < 0 && step < 0 ? -1 : at + step);
        else if (event.key === "Enter" && !list.hidden && at >= 0) choose(at);
        else if (event.key === "Escape" && !list.hidden) close();
        else return;
        event.preventDefault();
    });
}

// data-suggest="words of the filter language and fields": the one that is being typed.
function suggestions() {
    for (const input of all("[data-suggest]")) {
        const known = input.dataset.suggest.split(/\s+/);
        const typed = () => /[\w@.]*$/.exec(input.value.slice(0, input.selectionStart))[0];
        combobox(input, () => {
            const word = typed().toLowerCase();
            return word === "" ? [] : known.filter((one) => one.toLowerCase().startsWith(word) && one !== word)
                .slice(0, 12).map((one) => ({ value: one, label: one }));
        }, (option) => {
            const end = input.selectionStart;
            input.setRangeText(option.value, end - typed().length, end, "end");
        });
    }
}

// data-picker="address": asked with ?q=, answers [{ "value": id, "label": text }].
function pickers() {
    for (const input of all("[data-picker]")) {
        const label = make("p", { className: "hint" });
        let later;
        combobox(input, () => new Promise((done) => {
            clearTimeout(later);
            later = setTimeout(async () => {
                const url = new URL(input.dataset.picker, location.href);
                url.searchParams.set("q", input.value);
                try {
                    const answer = await fetch(url, { headers: { Accept: "application/json" } });
                    done(answer.ok ? await answer.json() : []);
                } catch { done([]); }
            }, 200);
        }), (option) => { input.value = option.value; label.textContent = option.label; });
        input.addEventListener("input", () => { label.textContent = ""; });
        input.nextElementSibling.after(label);
    }
}

// What happens meanwhile: {"key": text} for [data-live-key], "news" counts entries not shown yet.
function live() {
    const address = document.body.dataset.live;
    if (!address || !all("[data-live-key]").length || !window.EventSource) return;
    let source = null;
    const news = make("p", { className: "news" });
    document.querySelector("main").append(news);
    const hear = (event) => {
        const { news: n, ...values } = JSON.parse(event.data);
        for (const [key, value] of Object.entries(values))
            all(`[data-live-key="${CSS.escape(key)}"]`).forEach((element) => { element.textContent = value; });
        if (!n) return;
        say(`${words.news}: ${n}`);
        news.replaceChildren(`${words.news}: ${n} `, make("a", { href: location.href, textContent: words.show }));
    };
    const listen = () => {
        if (document.hidden) { source?.close(); source = null; return; }
        source ??= Object.assign(new EventSource(address), { onmessage: hear });
    };
    document.addEventListener("visibilitychange", listen);
    listen();
}

for (const feature of [rows, forms, times, menu, copies, json, suggestions, pickers, live]) feature();
