package org.vitalroutes.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
  void connections_are_kept_while_it_runs_and_end_with_an_answer_while_it_leaves()
      throws Exception {
    GracefulShutdownFilter slow = new GracefulShutdownFilter(Duration.ofMinutes(1));
    slow.start();
    assertThat(answer(slow).getHeader("Connection")).isNull();

    Thread stopping = new Thread(slow::stop);
    stopping.start();
    await().atMost(Duration.ofSeconds(10)).until(() -> answer(slow).containsHeader("Connection"));

    assertThat(answer(slow).getHeader("Connection")).isEqualTo("close");
    assertThat(answer(slow).getStatus()).isEqualTo(200);
    stopping.interrupt();
    stopping.join();
    assertThat(slow.isRunning()).isFalse();
  }

  @Test
  void once_it_has_left_a_request_is_asked_to_come_again() throws ServletException, IOException {
    gracefulShutdown.start();
    gracefulShutdown.stop();

    assertThat(answer(gracefulShutdown).getStatus()).isEqualTo(503);
    assertThat(answer(gracefulShutdown).getHeader("Retry-After")).isNotNull();
  }

  private static MockHttpServletResponse answer(GracefulShutdownFilter filter)
      throws ServletException, IOException {
    MockHttpServletResponse response = new MockHttpServletResponse();
    filter.doFilter(new MockHttpServletRequest(), response, new MockFilterChain());
    return response;
  }
}
