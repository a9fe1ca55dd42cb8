/**
 * Responses that take more than a line: server-sent events, WebSockets and downloads.
 *
 * @module
 */

export { download, type DownloadOptions, type DownloadSource } from "./response/download.ts";
export { eventStream, type EventStreamOptions, type ServerSentEvent } from "./response/event_stream.ts";
export { upgrade, type UpgradeOptions, type WebSocketHandlers } from "./response/upgrade.ts";
