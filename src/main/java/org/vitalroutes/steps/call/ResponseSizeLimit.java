package org.vitalroutes.steps.call;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.springframework.stereotype.Component;
import org.vitalroutes.withings.TooLongException;

/**
 * Reads no more of an answer than {@link TooLongException#LONGEST} bytes, however long it is and
 * whatever it says of its length; counted after it was decompressed.
 */
@Component
final class ResponseSizeLimit implements HttpClientConfigurer {

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client.addExecInterceptorFirst(
        "bound",
        (request, scope, chain) -> {
          var answer = chain.proceed(request, scope);
          HttpEntity entity = answer.getEntity();
          if (entity != null) {
            answer.setEntity(
                new HttpEntityWrapper(entity) {
                  @Override
                  public InputStream getContent() throws IOException {
                    return new Bounded(super.getContent(), scope.execRuntime::discardEndpoint);
                  }
                });
          }
          return answer;
        });
  }

  /** Closing a stream reads it to its end, so that of one too long the connection is ended. */
  private static final class Bounded extends FilterInputStream {

    private final Runnable endConnection;
    private long read;

    Bounded(InputStream answer, Runnable endConnection) {
      super(answer);
      this.endConnection = endConnection;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int some = super.read(bytes, offset, length);
      count(Math.max(some, 0));
      return some;
    }

    private void count(int bytes) throws TooLongException {
      read += bytes;
      if (read > TooLongException.LONGEST) {
        endConnection.run();
        throw new TooLongException();
      }
    }
  }
}
