/** Formats with one file per picture. */
export const PICTURES = ['png', 'jpeg', 'webp'] as const
export const SOUNDS = ['wav', 'flac', 'mp3'] as const
export const TABLES = ['csv', 'json', 'jsonl'] as const
/** Animations and videos. */
export const MOVING = ['gif', 'animated-webp', 'mp4', 'webm'] as const
/** Formats that can contain a record of how they were made. */
export const TELLING = [...PICTURES, 'gif', 'animated-webp', 'mp4'] as const
