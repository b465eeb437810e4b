package org.vitalroutes.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class FarewellTest {

  private final Farewell farewell = new Farewell(Duration.ZERO);

  @Test
  void connections_are_kept_while_it_runs_and_end_with_an_answer_once_it_leaves()
      throws ServletException, IOException {
    farewell.start();
    assertThat(connectionHeader()).isNull();

    farewell.stop();

    assertThat(connectionHeader()).isEqualTo("close");
    assertThat(farewell.isRunning()).isFalse();
  }

  private String connectionHeader() throws ServletException, IOException {
    MockHttpServletResponse response = new MockHttpServletResponse();
    farewell.doFilter(new MockHttpServletRequest(), response, new MockFilterChain());
    return response.getHeader("Connection");
  }
}
