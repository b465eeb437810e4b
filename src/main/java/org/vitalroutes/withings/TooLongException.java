package org.vitalroutes.withings;

import java.io.IOException;

/** An answer is longer than any that Withings gives: a page of 300 entries is a megabyte. */
public final class TooLongException extends IOException {

  private static final long serialVersionUID = 1L;

  /** The most bytes that are read. */
  public static final long LONGEST = 16 * 1024 * 1024;

  public TooLongException() {
    super("an answer longer than " + LONGEST + " bytes");
  }
}
