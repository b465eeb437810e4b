package org.vitalroutes.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class GracefulShutdownFilterTest {

  private final GracefulShutdownFilter gracefulShutdown = new GracefulShutdownFilter(Duration.ZERO);

  @Test
  void connections_are_kept_while_it_runs_and_end_with_an_answer_once_it_leaves()
      throws ServletException, IOException {
    gracefulShutdown.start();
    assertThat(connectionHeader()).isNull();

    gracefulShutdown.stop();

    assertThat(connectionHeader()).isEqualTo("close");
    assertThat(gracefulShutdown.isRunning()).isFalse();
  }

  private String connectionHeader() throws ServletException, IOException {
    MockHttpServletResponse response = new MockHttpServletResponse();
    gracefulShutdown.doFilter(new MockHttpServletRequest(), response, new MockFilterChain());
    return response.getHeader("Connection");
  }
}
