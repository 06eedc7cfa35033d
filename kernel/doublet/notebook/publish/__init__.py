"""A notebook to where others see it without running anything: agendas, pages, slides, archives."""
