package org.vitalroutes.withings;

import java.io.IOException;

/** An answer exceeds the size limit; a page of 300 entries has about a megabyte. */
public final class TooLongException extends IOException {

  private static final long serialVersionUID = 1L;

  /** The maximum number of bytes that are read. */
  public static final long LONGEST = 16 * 1024 * 1024;

  public TooLongException() {
    super("an answer longer than " + LONGEST + " bytes");
  }
}
