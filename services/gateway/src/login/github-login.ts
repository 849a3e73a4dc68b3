import type { GatewayEnv } from '../config.js';
import { Github } from './github.js';
import { LoginStates } from './login-state.js';
import { SiteProofs } from './site-proof.js';

/** What a login through GitHub needs. */
export interface GithubLogin {
  github: Github;
  states: LoginStates;
  proofs: SiteProofs;
}

/** Undefined unless both the id and the secret are configured. */
export function githubLogin(env: GatewayEnv): GithubLogin | undefined {
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret } = env;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const github = new Github({ clientId, clientSecret, baseUrl: env.GITHUB_BASE_URL, apiUrl: env.GITHUB_API_URL });
  return { github, states: new LoginStates(env.INTERNAL_KEY), proofs: new SiteProofs(env.INTERNAL_KEY) };
}
