package org.vitalroutes.steps.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.testsupport.TricklingServer;

class CallLimitsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
      })
  void an_answer_that_trickles_is_ended_wherever_it_is(String beginning) throws Exception {
    HttpClientBuilder builder = HttpClientBuilder.create().disableAutomaticRetries();
    new CallLimits(Duration.ofSeconds(1)).configureHttpClient(builder);
    try (TricklingServer server = new TricklingServer(beginning);
        CloseableHttpClient client = builder.build()) {
      Instant begun = Instant.now();

      assertThatThrownBy(
              () ->
                  client.execute(
                      new HttpGet(server.url()),
                      answer -> EntityUtils.toString(answer.getEntity())))
          .isInstanceOf(IOException.class);

      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(8));
    }
  }
}
