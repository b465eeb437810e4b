package org.vitalroutes.web;

import org.springframework.http.HttpStatus;

/**
 * Problem details of an answer.
 *
 * @param type always {@code about:blank}
 * @param title reason phrase of the status
 * @param status HTTP status
 * @param code stable code for programs
 * @param detail what to do about it
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public record Problem(String type, String title, int status, String code, String detail) {

  public static final String MEDIA_TYPE = "application/problem+json";

  public Problem(int status, String code, String detail) {
    this("about:blank", HttpStatus.valueOf(status).getReasonPhrase(), status, code, detail);
  }
}
