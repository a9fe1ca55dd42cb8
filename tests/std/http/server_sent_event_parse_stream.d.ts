import type { ServerSentEventMessage } from "./server_sent_event_stream.d.ts";

/** A message that was read from an event stream. */
export type ServerSentEventParsedMessage = Omit<ServerSentEventMessage, "id"> & {
  /** The id of the event. */
  id?: string;
};

/** Options of {@linkcode ServerSentEventParseStream}. */
export interface ServerSentEventParseStreamOptions {
  /** Drops comments. @default {false} */
  ignoreComments?: boolean;
}

/** Decodes `text/event-stream` into messages. */
export class ServerSentEventParseStream extends TransformStream<Uint8Array, ServerSentEventParsedMessage> {
  /** A stream with these options. */
  constructor(options?: ServerSentEventParseStreamOptions);
}
