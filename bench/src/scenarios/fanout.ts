import { fanout } from '../fanout.js';

export const scenario = fanout({ receivers: 200, byDefault: 2 });
