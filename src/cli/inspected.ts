/** What `mortise inspect` finds in a file. */
import { type Image, openFile, readBinary, readHardening, type Startup } from '../binary/index.js';
import { dialects } from '../dialects/index.js';
import type { Identity } from '../loader/record.js';

/** One image of a file, and the plugin that it says it is. */
export interface InspectedImage {
  image: Image;
  dialect: string | null;
  info: Identity | null;
  /** What runs when it is loaded. */
  startup: Startup;
}

/** A file of one image, or of one for each architecture. */
export interface Inspected {
  path: string;
  /** Bytes. */
  size: number;
  images: [InspectedImage, ...InspectedImage[]];
}

/**
 * Reads a file as data; nothing from it runs.
 *
 * @param name what the result calls the file: the path as the user wrote it
 * @throws MortiseError MORTISE_ERR_FILE_* and MORTISE_ERR_BINARY_*
 */
export async function inspectFile(path: string, name: string): Promise<Inspected> {
  const source = openFile(path);
  try {
    const { size, images } = readBinary(source);
    const inspect = async (image: Image): Promise<InspectedImage> => {
      const dialect = dialects.find((candidate) => candidate.recognise(image, source));
      const rules = await dialect?.load();
      return {
        image,
        dialect: dialect?.id ?? null,
        info: rules?.identify(source, image).identity ?? null,
        startup: readHardening(source, image).startup,
      };
    };
    const [first, ...others] = images;
    return { path: name, size, images: [await inspect(first), ...(await Promise.all(others.map(inspect)))] };
  } finally {
    source.close();
  }
}
