/* admin.c — the door of running the place: configuration, mail, the dashboard, the trail. */
#include "admin/auditlogs.h"
#include "admin/auditproofs.h"
#include "admin/configurations.h"
#include "admin/dashboard.h"
#include "admin/mail.h"
#include "admin/pageaccount.h"
#include "admin/pageaccounts.h"
#include "admin/pagecodelists.h"
#include "admin/pagecodevalues.h"
#include "admin/pagecollections.h"
#include "admin/pagediagram.h"
#include "admin/pagefiles.h"
#include "admin/pagegrant.h"
#include "admin/pagegroups.h"
#include "admin/pagehealth.h"
#include "admin/pagehome.h"
#include "admin/pageinvitations.h"
#include "admin/pagejobs.h"
#include "admin/pagekeys.h"
#include "admin/pagelive.h"
#include "admin/pagemacros.h"
#include "admin/pagemaillog.h"
#include "admin/pagemails.h"
#include "admin/pagematrix.h"
#include "admin/pageme.h"
#include "admin/pagemigrations.h"
#include "admin/pageportable.h"
#include "admin/pageproviders.h"
#include "admin/pagerecords.h"
#include "admin/pagerequests.h"
#include "admin/pageroles.h"
#include "admin/pagerules.h"
#include "admin/pageruleset.h"
#include "admin/pageschema.h"
#include "admin/pagesettings.h"
#include "admin/pagetrail.h"
#include "admin/pagetrailproof.h"
#include "admin/pageuser.h"
#include "admin/pageuseredit.h"
#include "admin/pageusers.h"
#include "http/serve.h"

int main(int argc, char **argv)
{
    static const struct route *const TABLES[] = {
        auditlogs_routes, auditproofs_routes, configurations_routes, dashboard_routes, mail_routes,
        pageaccount_routes, pageaccounts_routes, pagecodelists_routes, pagecodevalues_routes,
        pagecollections_routes, pagediagram_routes, pagefiles_routes, pagefilter_routes,
        pagegrant_routes, pagegroups_routes, pagehealth_routes, pagehome_routes,
        pageinvitations_routes, pagejobs_routes, pagekeys_routes, pagelive_routes,
        pagemacros_routes, pagemaillog_routes, pagemails_routes, pagemany_routes,
        pagematrix_routes, pageme_routes, pagemigrations_routes, pagepast_routes,
        pageportable_routes, pageproviders_routes, pagerecord_routes, pagerecords_routes,
        pagerequests_routes, pageroles_routes, pagerules_routes, pageruleset_routes,
        pageschema_routes, pagesettings_routes, pagetrail_routes, pagetrailproof_routes,
        pagetransfer_routes, pageuser_routes, pageuseredit_routes, pageusers_routes,
        pageviews_routes,
        NULL,
    };
    return serve(argc, argv, "admin", TABLES);
}
