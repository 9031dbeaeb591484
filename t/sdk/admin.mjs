// admin.mjs — configurations, provider schemas and the dashboard through the published SDK.
import { done, is, ok, refused, superadmin, tenant } from './tap.mjs';

const MASK = '••••••••';

async function providers(root) {
  const all = await root.admin.listProviders();
  ok(all.length === 14 && all.every((p) => p.is_builtin && p.logo_url), 'the providers there are');
  is((await root.admin.listProviders('email_providers')).map((p) => p.provider_name), ['smtp', 'aws_ses', 'resend'],
    'those for mail');
  const schema = await root.admin.getProviderSchema('email_providers', 'smtp');
  ok(schema.properties.password.writeOnly && schema.required.includes('host'), 'what one of them needs');
  ok((await root.admin.testConnection('storage_providers', 'local', {})).success, 'one is tried out');
  const failed = await root.admin.testConnection('email_providers', 'smtp', { host: '127.0.0.1', port: 1 });
  ok(!failed.success && failed.message.startsWith('SMTP'), 'another cannot be reached');
  await refused(() => root.admin.getProviderSchema('email_providers', 'pigeon'), 'NotFoundError', 404,
    'an unknown one is not found');
}

async function configurations(root, account) {
  const config = { host: 'mail.example.com', port: 25, username: 'u', password: 'hush', from_email: 'a@example.com' };
  const data = { category: 'email_providers', provider_name: 'smtp', display_name: 'Mail', config };
  const made = await root.admin.createConfiguration(data);
  is(made.status, 'success', 'a provider is configured');
  await refused(() => root.admin.createConfiguration(data), 'ConflictError', 409, 'once');
  const own = await root.admin.createConfiguration({ ...data, account_id: account.id, enabled: false });
  is((await root.admin.getConfigurationValues(made.id)).password, MASK, 'its password is not shown');
  const changed = await root.admin.updateConfigurationValues(made.id, { ...config, port: 26, password: MASK });
  is([changed.id, changed.provider_name, changed.enabled, changed.is_system], [made.id, 'smtp', true, true],
    'new values answer the configuration');
  is(await root.admin.getConfigurationValues(made.id), { ...config, port: 26, password: MASK }, 'and are there');
  const system = await root.admin.listSystemConfigurations('email_providers');
  is(system.map((c) => c.id), [made.id], 'the system has one for mail');
  is((await root.admin.listAccountConfigurations(account.id)).map((c) => c.id), [own.id], 'the account its own');
  ok((await root.admin.getRecentConfigurations()).length === 5, 'five were changed lately');
  is((await root.admin.getRecentConfigurations(1)).map((c) => c.id), [made.id], 'the last one');
  const stats = await root.admin.getConfigurationStats();
  is([stats.system_configs.by_category.email_providers, stats.account_configs.total], [1, 0], 'enabled ones are counted');

  const standard = await root.admin.setConfigurationDefault(made.id);
  is([standard.is_default, standard.provider_name], [true, 'smtp'], 'one is the default');
  await refused(() => root.admin.setConfigurationDefault(own.id), 'SnackBaseError', 400, 'a disabled one cannot be');
  is((await root.admin.unsetConfigurationDefault(made.id)).is_default, false, 'or none');
  is((await root.admin.updateConfigurationStatus(own.id, true)).enabled, true, 'one is enabled');
  is((await root.admin.deleteConfiguration(own.id)).success, true, 'and deleted');
  await refused(() => root.admin.deleteConfiguration(own.id), 'NotFoundError', 404, 'once');
}

async function dashboard(root) {
  const stats = await root.dashboard.getStats();
  ok(stats.range === '7d' && stats.time_series.users_created.length === 7, 'the dashboard shows a week');
  is([stats.total_accounts, stats.new_accounts_7d], [2, stats.time_series.accounts_created.at(-1).count],
    'accounts and when they came');
  ok(stats.recent_audit_logs.length === 20 && stats.recent_registrations.some((r) => r.email === 'owner@acme.example'),
    'who came, what was done');
  is((await root.dashboard.getStats({ range: '90d' })).time_series.audit_by_operation.length, 90, 'or three months');
  await refused(() => root.dashboard.getStats({ range: '1y' }), 'ValidationError', 422, 'a year is too long');
}

const root = await superadmin();
const { user } = await tenant('acme', 'owner@acme.example');
await providers(root);
await configurations(root, user.account);
await dashboard(root);
await refused(() => user.admin.listSystemConfigurations(), 'AuthorizationError', 403, 'tenants see no configuration');
await refused(() => user.dashboard.getStats(), 'AuthorizationError', 403, 'and no dashboard');
done();
