import DefaultTheme from 'vitepress/theme';
import 'katex/dist/katex.min.css';
import './style.css';
import '../../.generated/diagrams.css';
import { CourseMap } from './CourseMap.mjs';
import { PlotlyFigure } from './PlotlyFigure.mjs';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('CourseMap', CourseMap);
    app.component('PlotlyFigure', PlotlyFigure);
  },
};
