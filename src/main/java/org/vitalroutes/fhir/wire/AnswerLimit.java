package org.vitalroutes.fhir.wire;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.http.HttpResponse;
import org.apache.http.entity.HttpEntityWrapper;

/** Limits the bytes of an answer, after decompression, as the client reads it as a whole. */
final class AnswerLimit extends FilterInputStream {

  /** A page of 500 Observations has about a megabyte. */
  static final long MOST_BYTES = 32L * 1024 * 1024;

  private long read;

  private AnswerLimit(InputStream answer) {
    super(answer);
  }

  /** Limits the body of an answer. */
  static void of(HttpResponse answer) {
    if (answer.getEntity() != null) {
      answer.setEntity(
          new HttpEntityWrapper(answer.getEntity()) {
            @Override
            public InputStream getContent() throws IOException {
              return new AnswerLimit(super.getContent());
            }
          });
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int some = super.read(bytes, offset, length);
    read += Math.max(some, 0);
    if (read > MOST_BYTES) {
      throw new IOException("an answer of the FHIR server is longer than " + MOST_BYTES + " bytes");
    }
    return some;
  }
}
