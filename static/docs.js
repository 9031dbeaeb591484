/* docs.js — adds to the reference what a page cannot do alone: send the request and show the reply. */
"use strict";

const KEY = "larder-docs-token";
const tokenForm = document.querySelector("form.token");
const token = document.getElementById("token");

function fieldsOf(form, where) {
    return [...form.elements].filter(f => f.name && f.name.startsWith(where + ".") && f.value !== "")
        .map(f => [f.name.slice(where.length + 1), f.value]);
}

function requestOf(form) {
    let path = form.dataset.path;
    for (const [name, value] of fieldsOf(form, "path"))
        path = path.replace("{" + name + "}", encodeURIComponent(value));
    const query = new URLSearchParams(fieldsOf(form, "query")).toString();
    const headers = new Headers(fieldsOf(form, "header"));
    const body = form.elements.body ? form.elements.body.value : "";
    if (token.value.trim() !== "")
        headers.set("Authorization", "Bearer " + token.value.trim());
    if (body !== "")
        headers.set("Content-Type", "application/json");
    return [path + (query ? "?" + query : ""),
            { method: form.dataset.method, headers, body: body === "" ? undefined : body }];
}

function pretty(text) {
    try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function remember(form, text) {
    if (form.dataset.path !== tokenForm.dataset.login)
        return;
    try {
        const reply = JSON.parse(text);
        if (typeof reply.token === "string") {
            token.value = reply.token;
            sessionStorage.setItem(KEY, reply.token);
        }
    } catch { /* no JSON, no token */ }
}

function show(answer, title, text) {
    const heading = document.createElement("h3"), body = document.createElement("pre");
    heading.textContent = title;
    body.textContent = text;
    body.tabIndex = 0;
    answer.replaceChildren(heading, body);
}

async function send(form) {
    const answer = form.querySelector(".answer"), [url, options] = requestOf(form);
    const began = performance.now();
    try {
        const reply = await fetch(url, options), text = await reply.text();
        remember(form, text);
        show(answer, `${reply.status} ${reply.statusText}, ${Math.round(performance.now() - began)} ms`,
             pretty(text) || "(no body)");
    } catch (error) {
        show(answer, "No reply", String(error));
    }
}

function addButton(form) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "send";
    button.textContent = "Send";
    button.addEventListener("click", () => send(form));
    form.querySelector(".buttons").prepend(button);
}

/* A link to an operation opens it. */
function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (details) {
        details.open = true;
        details.scrollIntoView();
    }
}

if (tokenForm) {
    tokenForm.hidden = false;
    tokenForm.addEventListener("submit", event => event.preventDefault());
    token.value = sessionStorage.getItem(KEY) || "";
    token.addEventListener("change", () => sessionStorage.setItem(KEY, token.value.trim()));
    document.querySelectorAll("form.try").forEach(addButton);
    addEventListener("hashchange", openTarget);
    openTarget();
}
