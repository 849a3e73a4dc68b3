import { partitionTag } from './partitions.js';

/*
 * Every Redis key of the system. All keys of a partition N carry its hash tag, {tag} = {partitionTag(N)}, so that
 * each multi-key operation stays in one Cluster slot. Rooms live in partition hash(roomId), people in hash(userId),
 * names in hash(folded name).
 *
 *   {tag}:cmd:messages|rooms|users   stream   commands; holds only unfinished ones
 *   {tag}:evt                        stream   events of messages, and replies to their commands; trimmed by age
 *   {tag}:evt:rooms|users            stream   numbered changes of that service (field n), and replies
 *   {tag}:dlq:messages|rooms|users   stream   commands given up on, with the error
 *   {tag}:room:<id>:head             hash     newest numbers of a room's messages: gen, rev, seq
 *   {tag}:room:<id>:recent           list     newest 50 messages, newest first, each "<rev> <json>"
 *   {tag}:room:<id>:recent:meta      hash     of that list: gen, rev, floorRev, count
 *   {tag}:room:<id>:info             hash     read model of rooms: n, room (JSON), m:<userId>, b:<userId>
 *   {tag}:room:<id>:info:guard       string   version of a change that found no such hash; a minute
 *   {tag}:user:<id>                  string   read model of users: a public User as JSON
 *   {tag}:name:<folded>              string   user id
 *   {tag}:session:<id>               string   "live:<userId>" or "revoked"
 *   brook:signals                    channel  presence and typing; may be lost
 *   brook:proof:<id>                 string   a visitor's proof of a sign-in that was used; two minutes
 */
export type ServiceName = 'messages' | 'rooms' | 'users';

const tagged = (partition: number, rest: string) => `{${partitionTag(partition)}}:${rest}`;

export const keys = {
  commands: (service: ServiceName, partition: number) => tagged(partition, `cmd:${service}`),
  events: (service: ServiceName, partition: number) => tagged(partition, service === 'messages' ? 'evt' : `evt:${service}`),
  deadLetters: (service: ServiceName, partition: number) => tagged(partition, `dlq:${service}`),
  /** Prefix of a room's keys; Lua scripts append `:head`, `:recent`, `:recent:meta`. */
  room: (partition: number, roomId: string) => tagged(partition, `room:${roomId}`),
  roomHead: (partition: number, roomId: string) => tagged(partition, `room:${roomId}:head`),
  recent: (partition: number, roomId: string) => tagged(partition, `room:${roomId}:recent`),
  recentMeta: (partition: number, roomId: string) => tagged(partition, `room:${roomId}:recent:meta`),
  roomInfo: (partition: number, roomId: string) => tagged(partition, `room:${roomId}:info`),
  /** Beside a versioned hash, where it is absent; Lua scripts append the same. */
  guard: (hash: string) => `${hash}:guard`,
  user: (partition: number, userId: string) => tagged(partition, `user:${userId}`),
  name: (partition: number, folded: string) => tagged(partition, `name:${folded}`),
  session: (partition: number, sessionId: string) => tagged(partition, `session:${sessionId}`),
  signals: 'brook:signals',
  usedProof: (id: string) => `brook:proof:${id}`,
} as const;
