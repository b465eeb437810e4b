package org.vitalroutes.fhir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.testsupport.TricklingServer;

class FhirCallDeadlineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
      })
  void an_answer_that_trickles_is_ended_wherever_it_is(String beginning) throws Exception {
    try (TricklingServer server = new TricklingServer(beginning);
        CloseableHttpClient client =
            HttpClients.custom()
                .setRequestExecutor(new CallDeadline(Duration.ofSeconds(1)))
                .disableAutomaticRetries()
                .build()) {
      Instant begun = Instant.now();

      assertThatThrownBy(
              () -> EntityUtils.toString(client.execute(new HttpGet(server.url())).getEntity()))
          .isInstanceOf(IOException.class);

      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(8));
    }
  }
}
