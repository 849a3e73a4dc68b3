import { fanout } from '../fanout.js';

export const scenario = fanout({ receivers: 2000 });
