// mail.mjs — mail templates, test mails and the log of mails through the published SDK.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

async function templates(mail) {
  const all = await mail.list();
  is(all.map((t) => t.template_type), ['email_verification', 'invitation', 'password_reset'], 'three templates come along');
  ok(all.every((t) => t.enabled && t.is_builtin && t.locale === 'en'), 'enabled, built in, in English');
  const [invitation] = await mail.list({ template_type: 'invitation', locale: 'en', enabled: true });
  is((await mail.get(invitation.id)).subject, all[1].subject, 'one of them by its id');
  is(await mail.list({ enabled: false }), [], 'none is disabled');
  const changed = await mail.update(invitation.id, { subject: 'Join {{ account_name|upper }}', enabled: true });
  is([changed.subject, changed.html_body], ['Join {{ account_name|upper }}', invitation.html_body], 'one part is changed');
  await refused(() => mail.get('nobody'), 'NotFoundError', 404, 'one that is not there');
  await refused(() => mail.update(invitation.id, { subject: 'x'.repeat(256) }), 'ValidationError', 422, 'a subject has 255 characters');
  return invitation;
}

async function rendering(mail) {
  const variables = { account_name: 'R&D', seats: 5, paid: true };
  const texts = await mail.render({
    template_type: 'invitation', variables, html_body: '<p>{{ account_name }} {{ seats }}</p>',
    text_body: '{% if paid == "true" %}{{ account_name }}{% endif %}',
  });
  is(texts, { subject: 'Join R&D', html_body: '<p>R&amp;D 5</p>', text_body: 'R&D' }, 'a template is filled in');
  const error = await refused(() => mail.render({ template_type: 'invitation', variables, subject: '{{ x.y }}' }),
    'ValidationError', 422, 'an error of a template is one of the request');
  ok(error.message.includes("'x' is undefined"), 'that says why', error.message);
  await refused(() => mail.render({ template_type: 'nope', variables: {} }), 'NotFoundError', 404, 'a type without a template');
}

async function sending(root, mail, invitation) {
  const smtp = { host: '127.0.0.1', port: Number(process.env.SMTP_PORT), username: '', password: '', use_tls: false,
    from_email: 'larder@example.com' };
  const made = await root.admin.createConfiguration({ category: 'email_providers', provider_name: 'smtp', display_name: 'SMTP',
    config: smtp, enabled: true });
  const sent = await mail.sendTest(invitation.id, 'ann@acme.example', { account_name: 'Acme', token: 'S3CRET', seats: 5 });
  is(sent, { status: 'success', message: 'Test email sent to ann@acme.example', template_type: 'invitation', locale: 'en' },
    'a test mail is sent');
  await root.admin.updateConfigurationValues(made.id, { ...smtp, port: 1 });
  const again = await superadmin({ maxRetries: 3, retryDelay: 50 });
  const error = await refused(() => again.emailTemplates.sendTest(invitation.id, 'bo@acme.example', { account_name: 'Acme' }),
    'ServerError', 500, 'one that cannot be sent is told');
  ok(error.message.startsWith('Failed to send test email: '), 'with the reason', error.message);
  const { logs, total, page, page_size } = await mail.listLogs({ template_type: 'invitation' });
  is([total, page, page_size], [2, 1, 25], 'however often the client asked again, it was tried once');
  is(logs.map((l) => [l.recipient_email, l.status]), [['bo@acme.example', 'failed'], ['ann@acme.example', 'sent']], 'the newest first');
  is(logs[1].variables, { account_name: 'Acme', token: '***', seats: '5' }, 'secrets are not kept');
  is(await mail.getLog(logs[0].id), logs[0], 'one row by its id');
  is((await mail.listLogs({ status_filter: 'sent', start_date: logs[1].sent_at, end_date: logs[1].sent_at, page: 1, page_size: 1 })).total, 1,
    'the log by state and time');
  await refused(() => mail.listLogs({ start_date: 'soon' }), 'ValidationError', 422, 'soon is no date');
  await refused(() => mail.getLog('nobody'), 'NotFoundError', 404, 'a row that is not there');
}

const root = await superadmin();
const invitation = await templates(root.emailTemplates);
await rendering(root.emailTemplates);
await sending(root, root.emailTemplates, invitation);
const { user } = await tenant('acme', 'owner@acme.example');
await refused(() => user.emailTemplates.list(), 'AuthorizationError', 403, 'an admin of an account sees none of it');
await refused(() => user.emailTemplates.listLogs(), 'AuthorizationError', 403, 'nor the log');
done();
