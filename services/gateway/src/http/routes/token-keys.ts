import { Router } from 'express';
import type { GatewayContext } from '../../context.js';

/** Others may keep the keys this long; a key leaves the set only after its last token has ended. */
const KEPT = 'public, max-age=300';

/** The public halves of the keys that sign access tokens, so that others can verify them. */
export function tokenKeyRoutes({ users }: Pick<GatewayContext, 'users'>): Router {
  const router = Router();
  router.get('/.well-known/jwks.json', async (_req, res) => {
    const keys = await users.request<{ keys: object[] }>('/jwks');
    res
      .set({ 'Cache-Control': KEPT, 'Access-Control-Allow-Origin': '*' })
      .type('application/jwk-set+json')
      .send(JSON.stringify(keys));
  });
  return router;
}
