/* pagetrailproof.c — pages that prove the trail: verification, checkpoints, proofs, files. */
#include "pagetrailproof.h"

#include "auditlogs.h"
#include "pagetrail.h"
#include "audit/auditor.h"
#include "audit/proof.h"
#include "base/num.h"
#include "base/when.h"
#include "desk/grid.h"
#include "identity/account.h"

/* ---- verification ---- */

static const struct form_field WHOSE[] = {
    { "account", FORM_TEXT, .label = W("Account"),
      .hint = W("Its code, slug or id; leave it empty to prove the whole trail.") },
    { 0 },
};

static void open_form(struct cx *cx, struct form *form)
{
    form_init(form, cx, cx->who->is_superadmin ? WHOSE : WHOSE + 1);
    form->submit = W("Prove it now");
}

static void open_verify(struct desk *desk, struct reply *reply)
{
    struct cx *cx = reply->cx;
    desk_open(desk, reply, "trail", phrase_of(cx, W("Prove the trail")));
    desk_crumb(desk, phrase_of(cx, W("Audit trail")), S("/admin/trail"));
    desk_api(desk, "GET", S("/api/v1/audit-logs/verify"), NO_STR, NO_STR);
}

static bool put_result(struct desk *desk, const struct verifier_report *report)
{
    struct cx *cx = desk->cx;
    struct fills_list facts = { .mem = cx->mem }, faults = { .mem = cx->mem };
    struct fills one = { .mem = cx->mem };
    struct { const char *label; int64_t n; } const counts[] = {
        { W("Entries checked"), report->checked }, { W("Chains"), report->chains },
        { W("Checkpoints"), report->checkpoints },
        { W("Entries under no checkpoint yet"), report->uncovered },
        { W("Faults"), report->fault_count },
    };
    for (size_t i = 0; i < COUNT(counts); i++)
        pagetrail_fact(cx, &facts, phrase_of(cx, counts[i].label),
                       str_fmt(cx->mem, "%lld", (long long)counts[i].n), NO_STR);
    for (int64_t i = 0; i < report->fault_count && i < VERIFIER_FAULTS; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("text", phrase_message(cx, report->faults[i])));
        fills_row(&faults, &row);
    }
    fills_add(&one, fill_flag("valid", report->fault_count == 0));
    fills_add(&one, fill_flag("is_cut", report->fault_count > VERIFIER_FAULTS));
    fills_add(&one, fills_rows("facts", &facts));
    fills_add(&one, fills_rows("faults", &faults));
    desk_put(desk, fills_one("result", &one));
    return true;
}

static void put_no_result(struct desk *desk)
{
    struct fills_list none = { .mem = desk->cx->mem };
    desk_put(desk, fills_rows("result", &none));
}

static bool verify_page(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct desk desk;
    struct form form;
    open_verify(&desk, reply);
    open_form(cx, &form);
    put_no_result(&desk);
    form_put(&form, &desk, "form");
    return desk_show(&desk, "admin/trail/verify.html");
}

/* Whose trail is meant; absent: all of it, which superadmins alone may say. */
static bool whose(struct form *form, struct str *account_id)
{
    struct cx *cx = form->cx;
    struct str said = form_text(form, "account");
    struct account account;
    bool found;
    *account_id = cx->who->is_superadmin ? NO_STR : cx->who->account_id;
    if (!cx->who->is_superadmin || said.n == 0)
        return true;
    TRY(account_resolve(cx, said, &found, &account));
    if (found)
        *account_id = account.id;
    else
        form_fault(form, "account", phrase_of(cx, W("There is no such account.")));
    return true;
}

struct verify_in { struct formdata form; };
static const struct input VERIFY_IN[] = { IN(FORM, T_WHOLE_FORM, verify_in, form), { 0 } };

static bool verify(struct cx *cx, const void *input, struct reply *reply)
{
    const struct verify_in *in = input;
    struct verifier_report *report = arena_make(cx->mem, struct verifier_report);
    struct str account_id;
    struct desk desk;
    struct form form;
    open_verify(&desk, reply);
    open_form(cx, &form);
    form_read(&form, &in->form);
    TRY(whose(&form, &account_id));
    if (form_good(&form)) {
        TRY(str_absent(account_id) ? auditor_run(cx, report)
                                   : auditor_account(cx, account_id, report));
        TRY(put_result(&desk, report));
    } else {
        put_no_result(&desk);
    }
    reply_status(reply, form_status(&form));
    form_put(&form, &desk, "form");
    return desk_show(&desk, "admin/trail/verify.html");
}

/* ---- checkpoints ---- */

static const struct grid_column CHECKPOINTS[] = {
    { .label = W("Number"), .kind = GRID_NUMBER }, { .label = W("Signed at"), .kind = GRID_TIME },
    { .label = W("Entries"), .kind = GRID_NUMBER }, { .label = W("Chains that moved"),
                                                      .kind = GRID_NUMBER },
    { .label = W("Root"), .kind = GRID_CODE }, { .label = W("Key"), .kind = GRID_CODE }, { 0 },
};

static bool put_checkpoint(struct grid *grid, const struct checkpoint_signed *is)
{
    struct cx *cx = grid->desk->cx;
    struct checkpoint read;
    int64_t at = 0;
    bool well;
    TRY(checkpoint_read(cx, is->document, &read, &well));
    grid_row(grid);
    grid_int(grid, is->number);
    if (!well) {
        grid_text(grid, phrase_of(cx, W("It cannot be read.")));
        return true;
    }
    if (!when_parse(read.time, &at))
        at = 0;
    grid_time(grid, at);
    grid_int(grid, read.rows);
    grid_int(grid, (int64_t)read.n);
    grid_text(grid, read.root);
    grid_text(grid, read.key);
    return true;
}

struct checkpoints_in { int64_t cursor; };
static const struct input CHECKPOINTS_IN[] = {
    IN(QUERY, T_INT, checkpoints_in, cursor, .least = 0, .most = INT64_MAX), { 0 },
};

static bool checkpoints(struct cx *cx, const void *input, struct reply *reply)
{
    const struct checkpoints_in *in = input;
    struct desk desk;
    struct grid grid;
    size_t rows, n;
    desk_open(&desk, reply, "trail", phrase_of(cx, W("Checkpoints")));
    desk_crumb(&desk, phrase_of(cx, W("Audit trail")), S("/admin/trail"));
    if (!num_size(desk.rows, &rows))
        return broken(cx, "a list without rows");
    struct checkpoint_signed *found = arena_list(cx->mem, struct checkpoint_signed, rows);
    TRY(checkpoint_list(cx, in->cursor, found, rows, &n));
    grid_init(&grid, &desk, CHECKPOINTS, W("Checkpoints"));
    for (size_t i = 0; i < n; i++)
        TRY(put_checkpoint(&grid, &found[i]));
    grid_empty(&grid, W("No checkpoint was signed yet. They need the setting AUDIT_SIGNING_KEY and"
                        " are made every few minutes, or by larder audit checkpoint."),
               W("Back to the trail"), S("/admin/trail"));
    if (n > 0)
        grid_cursor(&grid, in->cursor > 0 ? S("/admin/trail/checkpoints") : NO_STR,
                    n == rows && found[n - 1].number > 1
                    ? desk_with(reply, "cursor", str_fmt(cx->mem, "%lld",
                                                         (long long)found[n - 1].number))
                    : NO_STR,
                    phrase_with(cx, W("Checkpoints {first} to {last}"), (const struct fill[]){
                        fill_int("first", found[0].number),
                        fill_int("last", found[n - 1].number), { 0 } }));
    grid_put(&grid, "table");
    return desk_show(&desk, "admin/trail/checkpoints.html");
}

/* ---- to take home ---- */

struct proof_in { int64_t id; };
static const struct input PROOF_IN[] = { IN(PATH, T_INT, proof_in, id), { 0 } };

static bool prove(struct cx *cx, const void *input, struct reply *reply)
{
    const struct proof_in *in = input;
    struct audit_row row;
    TRY(pagetrail_entry(cx, in->id, &row));
    TRY(proof_write(cx, in->id, reply_js(reply)));
    reply_header(reply, "Content-Disposition",
                 str_fmt(cx->mem, "attachment; filename=audit_entry_%lld_proof.json",
                         (long long)in->id));
    return true;
}

struct export_in { struct str query; };
static const struct input EXPORT_IN[] = { IN(QUERY, T_WHOLE_QUERY, export_in, query), { 0 } };

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct export_in *in = input;
    struct trailquery query;
    struct formdata sent;
    struct form form;
    TRY(pagetrail_asked(cx, in->query, &form, &query));
    TRY(formdata_read(cx, in->query, "query", &sent));
    struct str format = formdata_text(&sent, "format");
    if (!form_good(&form))
        return fail_detail(cx, E_INVALID, "These filters cannot be understood.");
    if (!str_eq(format, S("csv")) && !str_eq(format, S("json")) && !str_eq(format, S("pdf")))
        return fail_detail(cx, E_INVALID, "A file of the trail is CSV, JSON or PDF.");
    return auditlogs_export(cx, &query, format, true, reply);
}

const struct route pagetrailproof_routes[] = {
    { GET, "/admin/trail/verify", .need = NEED_ADMIN, .errors = SHAPE_PAGE, .run = verify_page,
      .hidden = true, .title = "Prove the audit trail" },
    { POST, "/admin/trail/verify", .need = NEED_ADMIN, .errors = SHAPE_PAGE,
      INPUT(VERIFY_IN, verify_in), .run = verify, .alone = true, .hidden = true,
      .title = "Prove the audit trail" },
    { GET, "/admin/trail/checkpoints", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE,
      INPUT(CHECKPOINTS_IN, checkpoints_in), .run = checkpoints, .hidden = true,
      .title = "Checkpoints of the audit trail" },
    { GET, "/admin/trail/{id}/proof", .need = NEED_ADMIN, .errors = SHAPE_PAGE,
      INPUT(PROOF_IN, proof_in), .run = prove, .hidden = true, .title = "The proof of an entry" },
    { GET, "/admin/trail/export", .need = NEED_ADMIN, .errors = SHAPE_PAGE,
      INPUT(EXPORT_IN, export_in), .run = export, .streams = true, .waits = true, .hidden = true,
      .title = "The audit trail as a file" },
    { 0 },
};
