// api.mjs — the JSON API for tests of pages: what they show is made by it.
const base = process.env.LARDER_URL;

export const PASSWORD = 'Correct-Horse-7-Battery';
export const ROOT = { account: 'system', email: process.env.SUPERADMIN_EMAIL, password: process.env.SUPERADMIN_PASSWORD };

// One call; anything but success ends the test.
export async function call(token, method, path, body, headers = {}) {
  const form = body instanceof FormData;
  const reply = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined || form ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text.slice(0, 600)}`);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function signIn({ account, email, password = PASSWORD }, headers) {
  return call(undefined, 'POST', '/auth/login', { account, email, password }, headers);
}

// A new account and its administrator, signed in.
export async function tenant(slug, name = slug, email = `owner@${slug}.example.com`) {
  await call(undefined, 'POST', '/auth/register', { email, password: PASSWORD, account_name: name, account_slug: slug });
  const { token, account, user } = await signIn({ account: slug, email });
  return { token, account, user, slug, email };
}

export async function upload(token, name, type, content) {
  const form = new FormData();
  form.append('file', new Blob([content], { type }), name);
  return (await call(token, 'POST', '/files/upload', form)).file;
}
