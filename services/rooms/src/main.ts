import { loadConfig } from '@brook/common/config';
import { runService } from '@brook/common/lifecycle';
import { createLogger } from '@brook/common/logging';
import { roomsEnv } from './config.js';
import { startRooms } from './service.js';

const logger = createLogger({ service: 'rooms', level: 'info' });

await runService(logger, async (lifecycle) => {
  const env = loadConfig(roomsEnv);
  const { port } = await startRooms(env, logger, lifecycle);
  logger.info({ port, partitions: env.PARTITIONS }, 'internal port open');
  logger.level = env.LOG_LEVEL;
});
