/** Small files of each kind that a login page's pictures may have. */

/** One red pixel. */
export const png = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
	"base64",
);
/** It begins as JPEG files do, which is all that is looked at. */
export const jpeg = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
export const webp = Buffer.from("RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0", "latin1");
export const ico = Buffer.from("00000100010001010000010020003000000016000000", "hex");
export const svg = (body = '<rect width="8" height="8" fill="#06f"/>', attributes = "") =>
	Buffer.from(`<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" ${attributes}>${body}</svg>`);
