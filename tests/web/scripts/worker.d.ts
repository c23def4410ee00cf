/** The first characters of a hash of the page's files; the server puts it before the worker. */
declare const VERSION: string;
/** The addresses of the page's files, beside the page's own; the server puts them there too. */
declare const FILES: string[];
