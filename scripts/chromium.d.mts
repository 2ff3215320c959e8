export interface Chromium {
  program: string;
  libraries: string;
}
export interface Page {
  errors: string[];
  requests: string[];
  evaluate(expression: string): Promise<unknown>;
  goto(url: string): Promise<void>;
  press(key: string, code?: string): Promise<void>;
  picture(): Promise<Buffer>;
  close(): Promise<void>;
}
export interface Browser {
  page(options?: {
    width?: number;
    height?: number;
    scheme?: 'light' | 'dark';
    scale?: number;
  }): Promise<Page>;
  close(): Promise<void>;
}
export function chromium(): Chromium | undefined;
export function openChromium(chromium: Chromium): Promise<Browser | undefined>;
