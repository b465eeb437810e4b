package org.vitalroutes.web;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer for a person.
 *
 * @param status HTTP status
 * @param language of the text
 * @param html the page
 * @param retryAfter when the same may be tried again; null when that changes nothing
 */
public record Page(int status, String language, String html, @Nullable Duration retryAfter) {

  /** The same page, which says when to try again. */
  public Page withRetryAfter(@Nullable Duration wait) {
    return new Page(status, language, html, wait);
  }
}
