/* ast.c — makes the nodes of expressions. */
#include "rules/ast.h"

struct ast *ast_new(struct arena *mem, enum ast_kind kind, size_t position)
{
    struct ast *node = arena_make(mem, struct ast);
    node->kind = kind;
    node->position = position;
    node->depth = 1;
    return node;
}

void ast_add(struct arena *mem, struct ast *node, struct ast *kid)
{
    if (node->kid_count == node->room) {
        size_t room = node->room == 0 ? 2 : node->room * 2;
        node->kids = arena_grow(mem, node->kids, node->room * sizeof *node->kids,
                                room * sizeof *node->kids);
        node->room = room;
    }
    node->kids[node->kid_count++] = kid;
    if (node->depth <= kid->depth)
        node->depth = kid->depth + 1;
}

struct ast *ast_two(struct arena *mem, enum ast_kind kind, enum rulevalue_op op, struct ast *left,
                    struct ast *right)
{
    struct ast *node = ast_new(mem, kind, left->position);
    node->op = op;
    ast_add(mem, node, left);
    ast_add(mem, node, right);
    return node;
}

struct ast *ast_value(struct arena *mem, struct rulevalue value, size_t position)
{
    static const enum rulevalue_class CLASS[] = {
        [RV_NULL] = CLASS_ANY, [RV_BOOL] = CLASS_BOOL, [RV_NUMBER] = CLASS_NUMBER,
        [RV_TEXT] = CLASS_TEXT, [RV_TIME] = CLASS_TIME,
    };
    struct ast *node = ast_new(mem, AST_VALUE, position);
    node->value = value;
    node->class = CLASS[value.kind];
    return node;
}

struct ast *ast_name(struct arena *mem, struct str text, size_t position)
{
    struct ast *node = ast_new(mem, AST_NAME, position);
    node->text = text;
    return node;
}

const char *ast_op_text(const struct ast *node)
{
    static const char *const OPS[] = {
        [RV_EQ] = "=", [RV_NE] = "!=", [RV_LT] = "<", [RV_LE] = "<=", [RV_GT] = ">", [RV_GE] = ">=",
        [RV_ADD] = "+", [RV_SUBTRACT] = "-", [RV_MULTIPLY] = "*", [RV_DIVIDE] = "/",
        [RV_REMAINDER] = "%",
    };
    return node->kind == AST_IN ? "IN" : node->kind == AST_LIKE ? "~"
         : node->kind == AST_NEGATE ? "-" : OPS[node->op];
}

bool ast_is_stored(const struct ast *node)
{
    return node->kind == AST_COLUMN || node->kind == AST_TARGET || node->kind == AST_ITEM;
}
