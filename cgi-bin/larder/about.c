/* about.c — larder info: the settings in force, secrets hidden. */
#include <stdio.h>

#include "command.h"

int about_info(struct command_line *line)
{
    struct app app;
    struct cx cx;
    struct setting_row row;
    if (!command_taken(line))
        return 2;
    if (!boot_settings(&app, "larder", line->config, line->data))
        return 1;
    boot_cx(&app, app.mem, &cx);
    printf("%.*s %.*s\n\n", STR_ARG(app.set.app_name), STR_ARG(app.set.app_version));
    printf("%-32s %.*s\n", "configuration file",
           STR_ARG(str_absent(app.set.config_file) ? S("none") : app.set.config_file));
    printf("%-32s %.*s\n", "database", STR_ARG(install_database(&cx)));
    for (size_t i = 0; settings_row(app.mem, &app.set, i, &row); i++)
        printf("%-32.*s %.*s\n", STR_ARG(row.name), STR_ARG(row.value));
    return 0;
}
